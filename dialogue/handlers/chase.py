"""The resident urges: the unit of the case sees it."""

from dialogue.commands import Chase
from dialogue.facts import CaseView
from dialogue.handlers import own_cases
from dialogue.handlers.offers import answer_without_open_case
from dialogue.handlers.progress import text_of
from dialogue.texts import cases as texts
from dialogue.turn import Turn

SURE = 0.5


def handle(turn: Turn) -> bool:
    if not turn.means("chase_case", SURE):
        return False
    open_cases = own_cases.own(turn, only_open=True)
    if not open_cases:
        return answer_without_open_case(turn)
    if case := own_cases.pick(turn, open_cases, "chase_case"):
        urge(turn, case, turn.words)
    return True


def urge(turn: Turn, case: CaseView, words: str) -> None:
    turn.do(Chase(case.case_no, words))
    turn.say(f"{texts.CHASED.format(case_no=case.case_no)}\n{text_of(turn, case)}")
