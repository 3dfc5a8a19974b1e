"""The four entries of the menu (S23), typed or pressed; and a number that could mean two things."""

from backend.messaging.numbered_choices import with_numbers
from backend.vocabulary.texts import Text
from dialogue.handlers import appeal, progress
from dialogue.texts import cases as case_texts
from dialogue.texts import chat as texts
from dialogue.turn import Turn

QUESTION = "咨询政策"
SUGGEST = "提出建议"
ENTRIES = {"反映诉求": "lodge_appeal", "提出建议": "lodge_appeal", "查询评价": "check_progress"}


def handle(turn: Turn) -> bool:
    if choices := turn.utterance.numbered_choices:
        question = with_numbers(texts.WHICH_NUMBER.plain, [button.title for button in choices])
        return turn.say(Text(question), choices)
    words = turn.words or (turn.utterance.button.say if turn.utterance.button else "")
    if words == QUESTION:
        turn.close_question()
        return turn.say(case_texts.WHAT_TO_ASK)
    entry = ENTRIES.get(words) or turn.utterance.intent_pressed
    if entry == "lodge_appeal":
        turn.close_question()
        appeal.begin_empty(turn, "suggestion" if words == SUGGEST else None)
        return True
    if entry == "check_progress":
        turn.close_question()
        progress.show_all(turn)
        return True
    return False
