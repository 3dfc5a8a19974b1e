"""Passes a reminder of the resident to the unit of the case: 催办."""

import re

from backend.vocabulary.texts import joined
from dialogue.commands import Chase
from dialogue.facts import CaseView
from dialogue.handlers import case_questions
from dialogue.handlers.offers import act_on_open_case
from dialogue.handlers.progress import text_of
from dialogue.texts import case_answers as texts
from dialogue.turn import Turn

SURE = 0.5
_NO_MORE = re.compile("(?:别|不用|不要|不必)(?:再)?催")


def handle(turn: Turn) -> bool:
    if not turn.means("chase_case", SURE) or case_questions.asks_call(turn.words):
        return False
    if _NO_MORE.search(turn.words):
        return turn.say(texts.WILL_TELL)
    return act_on_open_case(turn, "chase_case", urge)


def urge(turn: Turn, case: CaseView, words: str) -> None:
    turn.do(Chase(case.case_no, words))
    lines = [texts.urged(case), text_of(turn, case)]
    turn.say(joined(lines, "\n"))
