"""The answer to "which case?": does what was wanted with the chosen case."""

from collections.abc import Callable

from dialogue.facts import CaseView
from dialogue.handlers import add_detail, chase, files, own_cases, progress, reopen, withdraw
from dialogue.turn import Turn

ACTIONS: dict[str, Callable[[Turn, CaseView, str], None]] = {
    "check_progress": progress.show,
    "chase_case": chase.urge,
    "add_detail": add_detail.add,
    "withdraw_case": withdraw.ask,
    "reopen": reopen.ask_why,
    "files": lambda turn, case, words: files.give(turn, case.case_no, words),
}


def answer(turn: Turn) -> bool:
    question = turn.open
    assert question
    if turn.utterance.pressed == "lodge_appeal":
        return False  # the photo is of a new matter
    case = _choice(turn)
    turn.close_question()
    if case is None or question.action not in ACTIONS:
        return False
    ACTIONS[question.action](turn, case, question.words)
    return True


def _choice(turn: Turn) -> CaseView | None:
    assert turn.open
    number = own_cases.number(turn)
    among = [own_cases.by_number(turn.facts, case_no) for case_no in turn.open.choices]
    own = [case for case in among if case is not None]
    if number:
        return next((case for case in own if case.case_no.endswith(number)), None)
    if turn.polarity is not None or len(turn.words) > 12:
        return None
    matches = own_cases.fitting(turn.words, own)
    return matches[0] if len(matches) == 1 else None
