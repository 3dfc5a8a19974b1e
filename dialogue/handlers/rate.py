"""How it went: a grade, the reason of a low one, and whether it was solved.

Satisfied and solved are two things, and what nobody has said stays unknown.
"""

import re

from backend.vocabulary.grades import (
    Grade,
    answers_how_it_went,
    find_grade,
    find_solved,
    reason_beside,
)
from backend.vocabulary.messages import Button
from dialogue.answers import Polarity, tells_why
from dialogue.commands import GiveReason, Rate, Reopen, SaySolved
from dialogue.facts import CaseView
from dialogue.handlers import own_cases
from dialogue.handlers.asides import is_aside
from dialogue.handlers.no_open_case import ask_reopen
from dialogue.state import Ask
from dialogue.texts import cases as texts
from dialogue.turn import Turn

SURE = 0.5
NEVER_A_REASON = frozenset({"request_human", "cancel", "emergency"})
_REASONS = ("问题没解决", "办得太慢", "态度不好")
_RATHER_NOT = "不想说"
_WANTS_AGAIN = re.compile(
    r"(?<!不)(?<!不要)(?<!不用)(?:重新?办|重新(?:处理|弄|修)|再(?:办|修|处理)一[次遍]|返工)"
)
_ASKS = re.compile("[吗么？?]$|什么时候|啥时候|几时|多久|多少|为什么|为啥|怎么(?!样)")
_ASKS_TO_RATE = re.compile(r"评价|打分|打个?[一二三四五\d]?[星分]|评[一个]")
_IRONY = re.compile(
    r"办得(?:可|还)?真(?:是)?好.{1,12}[又还]|办了个寂寞|呵呵|真有你们的|等于没[办修弄来]|白[报跑说等]|糊弄|敷衍|骗(?:人|子|我)"
)


def handle(turn: Turn) -> bool:
    if turn.heard.pressed == "rate_case":
        return _pressed(turn)
    if turn.state.draft is not None and turn.asks is not None:
        return False
    case = _case_meant(turn)
    if case is not None and _tells_of_rated(turn, case):
        ask_reopen(turn, case, texts.ASK_REOPEN_SETTLED.format(case_no=case.case_no))
        return True
    grade = _grade(turn, case)
    if case is not None and grade is not None:
        _rate(turn, case, grade, round=case.round)
        return True
    if grade is None and _answers_solved(turn):
        return True
    if _wants_to_rate(turn):
        _ask_grade(turn, case)
        return True
    return False


def _pressed(turn: Turn) -> bool:
    data = turn.heard.data
    case = own_cases.by_number(turn.facts, str(data.get("case_no") or ""))
    round = int(str(data.get("round") or (case.round if case else 1)))
    if data.get("solved") is not None:
        return _say_solved(turn, case, round, solved=bool(data["solved"]))
    if case is None or not data.get("score"):
        _ask_grade(turn, case or turn.facts.unrated())
    else:
        _rate(turn, case, Grade(int(str(data["score"]))), round=round)
    return True


def _case_meant(turn: Turn) -> CaseView | None:
    number = turn.heard.case_number
    if number is None:
        return turn.facts.unrated() if _may_grade(turn) else None
    own = turn.facts.own_cases(number=number)
    return own[0] if own else None


def _may_grade(turn: Turn) -> bool:
    """Whether it is worth looking for a case that waits for its grade."""
    words = turn.words
    return turn.heard.intent == "rate_case" or bool(
        find_grade(words) or tells_why(words) or _IRONY.search(words) or find_solved(words)
    )


def _tells_of_rated(turn: Turn, case: CaseView) -> bool:
    """HZ… 又吵起来了, of a case that they graded already: no second grade."""
    if not case.can_be_rated or not case.can_reopen or find_grade(turn.words) is not None:
        return False
    is_graded = turn.facts.rating(case.case_no, case.round) is not None
    return is_graded and tells_why(turn.words)


def _grade(turn: Turn, case: CaseView | None) -> Grade | None:
    words = turn.words
    if case is None or _ASKS.search(words):
        return None
    grades = turn.heard.intent == "rate_case" or answers_how_it_went(words)
    if grades and (grade := find_grade(words)) is not None:
        return grade
    if _IRONY.search(words) or (tells_why(words) and not turn.heard.message.questions):
        return Grade.DISSATISFIED  # it is said by the fact: 还是黄的, 根本没来
    return None


def _wants_to_rate(turn: Turn) -> bool:
    if not turn.means("rate_case", SURE):
        return False
    return _ASKS_TO_RATE.search(turn.words) is not None or find_grade(turn.words) is not None


def _ask_grade(turn: Turn, case: CaseView | None) -> None:
    if case is None or not case.can_be_rated:
        turn.say(texts.NOTHING_TO_RATE)
        return
    if turn.facts.rating(case.case_no, case.round):
        turn.say(texts.RATED_ALREADY)
        return
    turn.say(texts.ASK_GRADE.format(case_no=case.case_no), texts.rating_buttons(case))


def _rate(turn: Turn, case: CaseView, grade: Grade, *, round: int) -> None:
    if turn.facts.rating(case.case_no, round):
        turn.say(texts.RATED_ALREADY)
        return
    if round != case.round or not case.can_be_rated:
        turn.say(texts.NOT_RATEABLE)
        return
    turn.close_question()
    turn.do(Rate(case.case_no, round, int(grade)))
    solved = find_solved(turn.words)
    if solved is not None:
        turn.do(SaySolved(case.case_no, round, solved))
    if grade.is_low:
        _after_low(turn, case, is_known=solved is not None)
        return
    thanks = texts.THANK_RATING.format(grade=grade.label, case_no=case.case_no)
    _ask_solved(turn, case, thanks, is_known=solved is not None or _says_done(turn.words))
    if solved is None and _says_done(turn.words):
        turn.do(SaySolved(case.case_no, round, solved=True))


def _says_done(words: str) -> bool:
    """满意，修好了: the grade and the fact in one."""
    return (
        re.search(r"(?:修|解决|处理|弄|办)好了|不(?:吵|漏|臭|堵)了|亮了|通了|来水了", words)
        is not None
    )


def _after_low(turn: Turn, case: CaseView, *, is_known: bool) -> None:
    reason = reason_beside(turn.words) or (turn.words if tells_why(turn.words) else None)
    if reason and _WANTS_AGAIN.search(turn.words):
        turn.do(GiveReason(case.case_no, reason))
        turn.do(Reopen(case.case_no, reason))
        turn.say(texts.REOPENED)
        return
    if reason:
        turn.do(GiveReason(case.case_no, reason))
        ask_again_or_enough(turn, case, is_known=is_known or _is_unsolved(reason), words=reason)
        return
    buttons = [Button(title, title) for title in _REASONS]
    turn.ask(
        Ask.RATING_REASON,
        texts.ASK_REASON,
        [*buttons, Button(_RATHER_NOT, "/deny")],
        case_no=case.case_no,
    )


def _is_unsolved(reason: str) -> bool:
    from backend.vocabulary.grades import LowReason, reason_of

    return reason_of(reason) == LowReason.UNSOLVED


def answer_reason(turn: Turn) -> bool:
    """Any words are a reason; a no by button means that the resident would rather not say."""
    assert turn.open
    case = own_cases.by_number(turn.facts, turn.open.case_no)
    turn.close_question()
    if case is None:
        return False
    if turn.heard.intent in NEVER_A_REASON and turn.heard.confidence >= 0.7:
        return False
    if turn.heard.pressed == "deny" or (turn.polarity is Polarity.NO and not turn.more):
        ask_again_or_enough(turn, case, is_known=False, words="")
        return True
    if turn.heard.pressed or turn.heard.is_blank or is_aside(turn):
        return False
    turn.do(GiveReason(case.case_no, turn.words))
    ask_again_or_enough(turn, case, is_known=_is_unsolved(turn.words), words=turn.words)
    return True


def ask_again_or_enough(turn: Turn, case: CaseView, *, is_known: bool, words: str) -> None:
    """Beside a low grade: whether to do it again, and whether it was solved, if not known."""
    of = {"case_no": case.case_no, "round": case.round}
    if is_known:
        again = {**of, "reopen": case.case_no}
        buttons = [Button(texts.AGAIN, "/affirm", again), Button(texts.ENOUGH, "/deny", again)]
        text = texts.ASK_REOPEN.format(case_no=case.case_no)
    else:
        of["reopen"] = case.case_no
        buttons = [
            Button(texts.UNSOLVED_AGAIN, "/affirm", {**of, "solved": False}),
            Button(texts.UNSOLVED_ENOUGH, "/deny", {**of, "solved": False}),
            Button(texts.SOLVED, "/deny", {**of, "solved": True}),
        ]
        text = texts.ASK_SOLVED_OR_REOPEN
    turn.ask(Ask.REOPEN, text, buttons, case_no=case.case_no, words=words)


def _ask_solved(turn: Turn, case: CaseView, thanks: str, *, is_known: bool) -> None:
    """Beside a good grade; nothing is solved by a suggestion or by praise."""
    if case.track.is_owed_a_reply_alone or is_known:
        turn.say(thanks)
        return
    of = {"case_no": case.case_no, "round": case.round}
    buttons = [
        Button(texts.SOLVED, "/rate_case", {**of, "solved": True}),
        Button(texts.UNSOLVED, "/rate_case", {**of, "solved": False}),
    ]
    turn.say(thanks)
    turn.ask(Ask.SOLVED, texts.ASK_SOLVED, buttons, case_no=case.case_no)


def answer_solved(turn: Turn) -> bool:
    assert turn.open
    case = own_cases.by_number(turn.facts, turn.open.case_no)
    turn.close_question()
    if turn.heard.pressed and turn.heard.pressed not in ("affirm", "deny"):
        return False
    solved = find_solved(turn.words)
    if solved is None and turn.polarity in (Polarity.YES, Polarity.NO) and not turn.more:
        solved = turn.polarity is Polarity.YES
    if solved is None or case is None:
        return False
    return _say_solved(turn, case, case.round, solved=solved)


def _answers_solved(turn: Turn) -> bool:
    """解决了 in a few words, of the case that was graded last, as long as no other waits."""
    solved = find_solved(turn.words)
    if solved is None or turn.facts.unrated():
        return False
    case = turn.facts.not_said_solved()
    return case is not None and _say_solved(turn, case, case.round, solved=solved)


def _say_solved(turn: Turn, case: CaseView | None, round: int, *, solved: bool) -> bool:
    turn.close_question()
    rating = turn.facts.rating(case.case_no, round) if case else None
    if case is None or rating is None or rating.solved is not None or round != case.round:
        turn.say(texts.NOTHING_PENDING)
        return True
    turn.do(SaySolved(case.case_no, round, solved))
    if solved:
        turn.say(texts.SOLVED_NOTED)
        return True
    of = {"reopen": case.case_no}
    buttons = [Button(texts.AGAIN, "/affirm", of), Button(texts.ENOUGH, "/deny", of)]
    turn.ask(Ask.REOPEN, texts.ASK_REOPEN_UNSOLVED, buttons, case_no=case.case_no)
    return True
