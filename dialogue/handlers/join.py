"""Support (附议): whether the case just lodged is dealt with together with others' (S93)."""

from backend.texts import consultations as texts
from backend.texts.cases import unit_text
from dialogue.answers import Polarity
from dialogue.commands import Support
from dialogue.draft import Draft
from dialogue.handlers import withdraw
from dialogue.handlers.after_lodging import then_ask
from dialogue.reply import word_buttons
from dialogue.state import Ask
from dialogue.turn import Turn


def offer(turn: Turn, draft: Draft) -> bool:
    """Ask when others have told of the same incident; False when none have."""
    incident = turn.facts.known_incident(draft.text, draft.place or "", draft.pin)
    if incident is None:
        return False
    question = texts.ASK_TO_JOIN.format(
        count=incident.people, title=incident.title, unit=unit_text(incident.unit)
    )
    buttons = word_buttons(texts.JOIN, texts.STAY_ALONE)
    return turn.ask(Ask.JOIN, question, buttons, case_no=incident.case_no)


def answer(turn: Turn) -> bool:
    """A yes joins; a no leaves the case alone; anything else is another message."""
    assert turn.open
    turn.close_question()
    if turn.open.case_no is None or withdraw.means_case(turn):
        return False  # 取消，我自己弄
    words = (turn.utterance.button.say if turn.utterance.button else "") or turn.words
    if words == texts.STAY_ALONE or turn.refuses:
        turn.say(texts.STAYS_ALONE)
    elif words.startswith("附议") or turn.polarity is Polarity.YES:
        turn.do(Support(turn.open.case_no))
    else:
        return False
    then_ask(turn, is_hidden=False)
    return True
