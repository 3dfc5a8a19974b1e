"""Reopens a settled case, for a reason: 重新办."""

import re
from collections.abc import Sequence

from dialogue.answers import Polarity, tells_why, wants_again
from dialogue.commands import CloseRated, GiveReason, Reopen, SaySolved
from dialogue.facts import CaseView
from dialogue.handlers import own_cases
from dialogue.handlers.asides import is_aside
from dialogue.state import Ask
from dialogue.texts import cases as texts
from dialogue.texts import wishes as wish_texts
from dialogue.turn import Turn
from nlu.language.text import find_case_nos

_AGAIN = re.compile(
    r"(?:重新|再)(?:给我|帮我)?(?:办理?|处理|弄|修|查)(?:一[遍次下])?|重办|返工|打回去?重[办做弄]"
)
SHORTEST_REASON = 4  # characters beside the wish itself
_FILLER = re.compile(
    r"请|麻烦|帮我|给我|我?要求?|我?想|能不能|可以|那个|那件|这件|工单|事情?|一下|吧|吗|[，。！？,.!?\s]"
)


def handle(turn: Turn) -> bool:
    if number := turn.utterance.data.get("reopen"):
        return _pressed(turn, str(number))
    if not _AGAIN.search(turn.words) or turn.state.draft:
        return False
    settled = [case for case in turn.facts.recent_cases if case.can_reopen]
    cases = _cases_to_reopen(settled, turn.words)
    if not cases:
        return False  # nothing to do again: a new appeal
    if len(cases) > 1:
        own_cases.ask_which(turn, wish_texts.WHICH_AGAIN, cases, "reopen")
    else:
        ask_why(turn, cases[0], turn.words)
    return True


def _pressed(turn: Turn, number: str) -> bool:
    """Take a button that carries the case; its question need not be open any more."""
    _note_solved(turn)
    case = own_cases.by_number(turn.facts, number)
    turn.close_question()
    if case is None or case.is_open:
        return turn.say(texts.NOTHING_PENDING)
    if turn.polarity is Polarity.YES:
        return _reopen(turn, case, _why(turn, case))
    return _enough(turn, case)


def answer(turn: Turn) -> bool:
    """The answer to "shall it be done again?"."""
    assert turn.open
    case = own_cases.by_number(turn.facts, turn.open.case_no)
    if turn.utterance.data.get("solved") is not None:
        return _pressed(turn, str(turn.utterance.data.get("case_no") or turn.open.case_no))
    turn.close_question()
    if case is None or case.is_open:
        return False
    if turn.polarity is Polarity.YES or wants_again(turn.words):
        return _reopen(turn, case, turn.more if tells_why(turn.more) else _why(turn, case))
    if turn.refuses:
        return _enough(turn, case)
    if tells_why(turn.words) and not is_aside(turn):
        return _reopen(turn, case, turn.words)
    return False


def _note_solved(turn: Turn) -> None:
    """Note whether it was solved when the button says so."""
    data = turn.utterance.data
    solved, case_no = data.get("solved"), data.get("case_no")
    if solved is not None and case_no and own_cases.by_number(turn.facts, str(case_no)):
        turn.do(SaySolved(str(case_no), int(str(data.get("round") or 1)), bool(solved)))


def _why(turn: Turn, case: CaseView) -> str:
    """The reason: that of the rating, else the words that led to the question."""
    rating = turn.facts.rating(case.case_no, case.round)
    if rating and rating.reason:
        return rating.reason
    words = turn.open.words if turn.open and turn.open.ask is Ask.REOPEN else ""
    unsolved = (rating and rating.solved is False) or turn.utterance.data.get("solved") is False
    return words or (texts.NOT_SOLVED if unsolved else texts.NOT_CONTENT)


def _enough(turn: Turn, case: CaseView) -> bool:
    turn.do(CloseRated(case.case_no))
    return turn.say(texts.REOPEN_REFUSED)


def _cases_to_reopen(settled: Sequence[CaseView], words: str) -> list[CaseView]:
    numbers = find_case_nos(words)
    if numbers:
        return [case for case in settled if case.case_no.endswith(numbers[0].value)]
    cases = own_cases.fitting(words, settled)
    return cases or ([] if _has_reason(words) else list(settled))  # 重新修一下井盖 may be new


def ask_why(turn: Turn, case: CaseView, words: str) -> None:
    rating = turn.facts.rating(case.case_no, case.round)
    if _has_reason(words.replace(case.case_no, "")):
        _reopen(turn, case, words)
    elif rating and rating.reason:
        _reopen(turn, case, rating.reason)
    else:
        turn.ask(Ask.REOPEN_WHY, wish_texts.WHY_AGAIN, case_no=case.case_no)


def _has_reason(words: str) -> bool:
    """True if more is said than the wish itself."""
    return len(_FILLER.sub("", _AGAIN.sub("", words))) >= SHORTEST_REASON


def answer_why(turn: Turn) -> bool:
    assert turn.open
    turn.close_question()
    if turn.polarity is Polarity.NEVER_MIND or turn.refuses:
        return turn.say(wish_texts.NOT_AGAIN)
    case = own_cases.by_number(turn.facts, turn.open.case_no)
    if case is None or turn.utterance.is_blank:
        return False
    return _reopen(turn, case, turn.words)


def _reopen(turn: Turn, case: CaseView, reason: str) -> bool:
    turn.close_question()
    if case.is_open:
        return turn.say(texts.NOTHING_PENDING)
    rating = turn.facts.rating(case.case_no, case.round)
    if rating and rating.reason is None and tells_why(reason):
        turn.do(GiveReason(case.case_no, reason))
    turn.do(Reopen(case.case_no, reason))
    return turn.say(texts.REOPENED)
