"""Takes a rating: the grade, the reason of a low one, and whether the case was solved.

Grade and `solved` are stored apart; without an answer they stay unknown.
"""

import re

from backend.vocabulary.grades import (
    Grade,
    LowReason,
    answers_how_it_went,
    find_grade,
    find_solved,
    reason_beside,
    reason_of,
)
from backend.vocabulary.messages import Button
from dialogue.answers import Polarity, tells_why
from dialogue.commands import GiveReason, Rate, Reopen, SaySolved
from dialogue.facts import CaseView
from dialogue.handlers import own_cases
from dialogue.handlers.asides import is_aside
from dialogue.handlers.offers import offer_to_reopen, offer_to_reopen_settled
from dialogue.reply import word_buttons
from dialogue.state import Ask
from dialogue.texts import cases as texts
from dialogue.turn import Turn
from nlu.appeals.cues import has_trouble, topics_of

SURE = 0.5
NEVER_A_REASON = frozenset({"request_human", "cancel", "emergency"})
NEVER_A_REASON_SURE = 0.7
_REASONS = ("问题没解决", "办得太慢", "态度不好")
_RATHER_NOT = "不想说"
_WANTS_AGAIN = re.compile(
    r"(?<!不)(?<!不要)(?<!不用)(?:重新?办|重新(?:处理|弄|修)|再(?:办|修|处理)一[次遍]|返工)"
)
_ASKS = re.compile("[吗么？?]$|什么时候|啥时候|几时|多久|多少|为什么|为啥|怎么(?!样)")
_ASKS_TO_RATE = re.compile(r"评价|打分|打个?[一二三四五\d]?[星分]|评[一个]")
_IRONY = re.compile(
    r"办得可真[好快行][，,](?!谢|辛苦|感谢|表扬|满意)|办得(?:可|还)?真(?:是)?好.{1,12}[又还]|办了个寂寞|呵呵|真有你们的|等于没[办修弄来]|白[报跑说等]|糊弄|敷衍|骗(?:人|子|我)"
)
_IS_DONE = re.compile(r"(?:修|解决|处理|弄|办)好了|不(?:吵|漏|臭|堵)了|亮了|通了|来水了")


def handle(turn: Turn) -> bool:
    if turn.utterance.pressed == "rate_case":
        return _take_button(turn)
    if turn.state.draft is not None and turn.asks is not None:
        return False
    case = _case_to_rate(turn)
    if again := _complains_of_rated(turn, case):
        return offer_to_reopen_settled(turn, again)
    grade = _grade(turn) if case else None
    if case is not None and grade is not None:
        return _rate(turn, case, grade, round=case.round)
    if _says_whether_solved(turn):
        return True
    if case is None and turn.message.appeals and turn.facts.matter(turn.words).is_sure:
        return False  # 一年了一分没给
    wants_to_rate = _ASKS_TO_RATE.search(turn.words) or find_grade(turn.words) is not None
    if turn.means("rate_case", SURE) and wants_to_rate:
        return _ask_grade(turn, case)
    return False


def _take_button(turn: Turn) -> bool:
    """A button carries the case, its round, and a grade or whether it was solved."""
    data = turn.utterance.data
    case = own_cases.by_number(turn.facts, str(data.get("case_no") or ""))
    round = int(str(data.get("round") or (case.round if case else 1)))
    if data.get("solved") is not None:
        return _note_solved(turn, case, round, solved=bool(data["solved"]))
    if case is None or not data.get("score"):
        return _ask_grade(turn, case or turn.facts.unrated())
    return _rate(turn, case, Grade(int(str(data["score"]))), round=round)


def _case_to_rate(turn: Turn) -> CaseView | None:
    """The case by its number; else the newest without a grade, when the words may be one."""
    words = turn.words
    if number := turn.utterance.case_number:
        return next(iter(turn.facts.own_cases(number=number)), None)
    may_grade = turn.utterance.intent == "rate_case" or bool(
        find_grade(words) or tells_why(words) or _IRONY.search(words) or find_solved(words)
    )
    return turn.facts.unrated() if may_grade else None


def _complains_of_rated(turn: Turn, case: CaseView | None) -> CaseView | None:
    """HZ… 又吵起来了, or 又堆满了 of the newest case: no second grade of what is graded."""
    if find_grade(turn.words) is not None or not tells_why(turn.words):
        return None
    newest = next(iter(turn.facts.recent_cases), None)
    case = case or (newest if newest and _is_about(turn.words, newest) else None)
    if case is None or not case.can_be_rated or not case.can_reopen:
        return None
    return case if turn.facts.rating(case.case_no, case.round) is not None else None


def _is_about(words: str, case: CaseView) -> bool:
    """True if the words tell of a trouble, and of nothing that the case does not name."""
    named = topics_of(words)
    return (has_trouble(words) or bool(named)) and named <= topics_of(case.text)


def _grade(turn: Turn) -> Grade | None:
    words = turn.words
    if _ASKS.search(words):
        return None
    if turn.utterance.intent == "rate_case" or answers_how_it_went(words):
        grade = find_grade(words)
        if grade is not None:
            return grade
    if _IRONY.search(words) or (tells_why(words) and not turn.message.questions):
        return Grade.DISSATISFIED  # it is said by the fact: 还是黄的, 根本没来
    return None


def _ask_grade(turn: Turn, case: CaseView | None) -> bool:
    if case is None or not case.can_be_rated:
        return turn.say(texts.NOTHING_TO_RATE)
    if turn.facts.rating(case.case_no, case.round):
        return turn.say(texts.RATED_ALREADY)
    return turn.say(texts.ASK_GRADE.format(case_no=case.case_no), texts.rating_buttons(case))


def _rate(turn: Turn, case: CaseView, grade: Grade, *, round: int) -> bool:
    if turn.facts.rating(case.case_no, round):
        return turn.say(texts.RATED_ALREADY)
    if round != case.round or not case.can_be_rated:
        return turn.say(texts.NOT_RATEABLE)
    turn.close_question()
    turn.do(Rate(case.case_no, round, int(grade)))
    solved = find_solved(turn.words)
    if solved is not None:
        turn.do(SaySolved(case.case_no, round, solved))
    if grade.is_low:
        return _after_low(turn, case, is_solved_known=solved is not None)
    is_done = _IS_DONE.search(turn.words) is not None  # 满意，修好了: grade and fact in one
    turn.say(texts.THANK_RATING.format(grade=grade.label, case_no=case.case_no))
    if solved is None and not is_done:
        _ask_solved(turn, case)
    elif solved is None:
        turn.do(SaySolved(case.case_no, round, solved=True))
    return True


def _ask_solved(turn: Turn, case: CaseView) -> None:
    """Beside a good grade; nothing is solved by a suggestion or by praise."""
    if case.track.needs_only_reply:
        return
    details = {"case_no": case.case_no, "round": case.round}
    buttons = [
        Button(texts.SOLVED, "/rate_case", {**details, "solved": True}),
        Button(texts.UNSOLVED, "/rate_case", {**details, "solved": False}),
    ]
    turn.ask(Ask.SOLVED, texts.ASK_SOLVED, buttons, case_no=case.case_no)


def _after_low(turn: Turn, case: CaseView, *, is_solved_known: bool) -> bool:
    """Ask for the reason; when it is said already, take it and ask what shall follow."""
    reason = reason_beside(turn.words) or (turn.words if tells_why(turn.words) else None)
    if reason is None:
        buttons = [*word_buttons(*_REASONS), Button(_RATHER_NOT, "/deny")]
        return turn.ask(Ask.RATING_REASON, texts.ASK_REASON, buttons, case_no=case.case_no)
    turn.do(GiveReason(case.case_no, reason))
    if _WANTS_AGAIN.search(turn.words):
        turn.do(Reopen(case.case_no, reason))
        return turn.say(texts.REOPENED)
    return _ask_whether_again(turn, case, reason, is_solved_known=is_solved_known)


def answer_reason(turn: Turn) -> bool:
    """Any words are a reason; a no by button means that the resident would rather not say."""
    assert turn.open
    case = own_cases.by_number(turn.facts, turn.open.case_no)
    turn.close_question()
    utterance = turn.utterance
    is_other = utterance.intent in NEVER_A_REASON and utterance.confidence >= NEVER_A_REASON_SURE
    if case is None or is_other:
        return False
    if utterance.pressed == "deny" or (turn.polarity is Polarity.NO and not turn.more):
        return _ask_whether_again(turn, case, "")
    if utterance.pressed or utterance.is_blank or is_aside(turn):
        return False
    turn.do(GiveReason(case.case_no, turn.words))
    return _ask_whether_again(turn, case, turn.words)


def _ask_whether_again(
    turn: Turn, case: CaseView, reason: str, *, is_solved_known: bool = False
) -> bool:
    """Beside a low grade: whether to do it again, and whether it was solved, if not known."""
    details: dict[str, object] = {"case_no": case.case_no, "round": case.round}
    if is_solved_known or (reason and reason_of(reason) == LowReason.UNSOLVED):
        text = texts.ASK_REOPEN.format(case_no=case.case_no)
        return offer_to_reopen(turn, case, text, words=reason, **details)
    details["reopen"] = case.case_no
    buttons = [
        Button(texts.UNSOLVED_AGAIN, "/affirm", {**details, "solved": False}),
        Button(texts.UNSOLVED_ENOUGH, "/deny", {**details, "solved": False}),
        Button(texts.SOLVED, "/deny", {**details, "solved": True}),
    ]
    text = texts.ASK_SOLVED_OR_REOPEN
    return turn.ask(Ask.REOPEN, text, buttons, case_no=case.case_no, words=reason)


def answer_solved(turn: Turn) -> bool:
    assert turn.open
    case = own_cases.by_number(turn.facts, turn.open.case_no)
    turn.close_question()
    if turn.utterance.pressed and turn.utterance.pressed not in ("affirm", "deny"):
        return False
    solved = find_solved(turn.words)
    if solved is None and turn.polarity in (Polarity.YES, Polarity.NO) and not turn.more:
        solved = turn.polarity is Polarity.YES
    if solved is None or case is None:
        return False
    return _note_solved(turn, case, case.round, solved=solved)


def _says_whether_solved(turn: Turn) -> bool:
    """解决了 in a few words, of the case that was graded last, as long as no other waits."""
    solved = find_solved(turn.words)
    if solved is None or turn.facts.unrated():
        return False
    case = turn.facts.awaiting_solved_answer()
    if case is None:
        return False
    return _note_solved(turn, case, case.round, solved=solved)


def _note_solved(turn: Turn, case: CaseView | None, round: int, *, solved: bool) -> bool:
    turn.close_question()
    rating = turn.facts.rating(case.case_no, round) if case else None
    if case is None or rating is None or rating.solved is not None or round != case.round:
        return turn.say(texts.NOTHING_PENDING)
    turn.do(SaySolved(case.case_no, round, solved))
    if solved:
        return turn.say(texts.SOLVED_NOTED)
    return offer_to_reopen(turn, case, texts.ASK_REOPEN_UNSOLVED)
