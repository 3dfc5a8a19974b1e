"""Residents in need of care: noted with their consent, they are served first."""

from backend.vocabulary.messages import Button
from dialogue.calling import CALL_ME
from dialogue.care import agreed, care_needs, says_only_that
from dialogue.commands import NoteCare
from dialogue.handlers.after_lodging import ask_care
from dialogue.state import Ask
from dialogue.texts import wishes as texts
from dialogue.turn import Turn


def handle(turn: Turn) -> bool:
    """Take the answer; or ask for consent when the message says nothing else."""
    if turn.asks is Ask.CARE:
        return _answer(turn)
    needs = care_needs(turn.words)
    if not needs or turn.facts.resident.has_agreed_to_care or not says_only_that(turn.words):
        return False  # with a matter, it is asked once the appeal is lodged
    ask_care(turn, needs)
    return True


def _answer(turn: Turn) -> bool:
    says_yes = agreed(turn.words)
    turn.close_question()
    if says_yes is None:
        return False
    if says_yes:
        turn.do(NoteCare(turn.state.care))
        turn.say(texts.CARE_NOTED, [Button(CALL_ME, CALL_ME)])
    else:
        turn.say(texts.CARE_NOT_NOTED)
    turn.change(care=())
    if turn.more:
        turn.narrow(turn.more)
        return False  # 不用记，我要反映…
    return True
