"""What a resident is told of a case is true for the state that it is in."""

from datetime import timedelta

import pytest

from backend.vocabulary.case_lifecycle import Status
from backend.vocabulary.tracks import Track
from dialogue.facts import CaseView, Profile
from tests.support.builders import NOON
from tests.support.plain_chat import Chat, PlainFacts, a_case

pytestmark = pytest.mark.model

PHONE = "13606512277"
CENTRE = "12345民呼中心"
UNIT = "西湖区综合行政执法局"
STATES: dict[str, CaseView] = {
    "registered": a_case(status=Status.REGISTERED, unit=CENTRE),
    "dispatched": a_case(status=Status.DISPATCHED),
    "accepted": a_case(status=Status.ACCEPTED),
    "returned": a_case(status=Status.RETURNED, unit=CENTRE),
    "on_hold": a_case(status=Status.ON_HOLD, resolve_by=NOON - timedelta(days=1)),
    "late": a_case(status=Status.ACCEPTED, resolve_by=NOON - timedelta(days=1), is_overdue=True),
    "silent": a_case(status=Status.ACCEPTED, respond_by=NOON - timedelta(days=1)),
    "legal": a_case(status=Status.ACCEPTED, track=Track.LEGAL),
    "suggestion": a_case(status=Status.ACCEPTED, track=Track.SUGGESTION),
    "resolved": a_case(status=Status.RESOLVED, outcome="solved", outcome_text="修好了"),
    "closed": a_case(status=Status.CLOSED, outcome="solved", outcome_text="修好了"),
    "withdrawn": a_case(status=Status.CLOSED, outcome="withdrawn"),
}
AT_CENTRE = ("registered", "returned")
WITH_UNIT = ("dispatched", "accepted", "silent")
SETTLED = ("resolved", "closed")
ENDED = (*SETTLED, "withdrawn")

PROGRESS, URGE, WITHDRAW, WHEN, WHO, CALL, TELL, MORE = (
    ("办得怎么样了", "check_progress"),
    ("催一下", "chase_case"),
    ("撤掉吧", "withdraw_case"),
    ("还要多久", "check_progress"),
    ("谁在办", "check_progress"),
    ("会打电话给我吗", "ask_question"),
    ("办好了会告诉我吗", "ask_question"),
    ("补充一下，晚上更黑", "add_detail"),
)
EVERYTHING = (PROGRESS, URGE, WITHDRAW, WHEN, WHO, CALL, TELL, MORE)
Question = tuple[str, str]
Row = tuple[str | tuple[str, ...], tuple[Question, ...], tuple[str, ...], tuple[str, ...]]

# States, what is asked, what the answer says, what it never says
TABLE: tuple[Row, ...] = (
    (AT_CENTRE, EVERYTHING, (), ("办理单位会看到", "办理单位看得到", UNIT, "在办理")),
    (AT_CENTRE, (URGE,), ("催", CENTRE), ()),
    (AT_CENTRE, (WHO,), (CENTRE,), ()),
    (AT_CENTRE, (WHEN,), ("11月28日",), ()),
    (AT_CENTRE, (CALL,), ("派给", PHONE), ()),
    (AT_CENTRE, (MORE,), ("派给",), ()),
    (WITH_UNIT, (URGE,), (UNIT, "催"), (CENTRE,)),
    (WITH_UNIT, (WHEN, WHO, PROGRESS), (UNIT,), (CENTRE,)),
    (WITH_UNIT, (CALL,), (PHONE,), ("不会给对方",)),
    (("dispatched", "accepted"), (CALL,), ("11月24日前没有人找您",), ()),
    ("silent", (CALL,), ("催一下",), ("11月22日",)),
    ("on_hold", (PROGRESS, WHEN, URGE), ("暂缓",), ("前办结", "11月22日")),
    ("late", (WHEN, PROGRESS, URGE), ("超期",), ("最迟",)),
    ("legal", EVERYTHING, (), ("11月28日",)),
    ("suggestion", (WHEN, PROGRESS), ("11月28日前答复",), ("前办结",)),
    (SETTLED, (PROGRESS, WHEN), ("修好了",), ("最迟", "前办结")),
    (SETTLED, (URGE,), ("已经办结", "重新办"), ("替您催了",)),
    (SETTLED, (WITHDRAW,), ("不用再撤",), ("重新办", "您是要撤掉")),
    (SETTLED, (CALL,), ("已经办结",), ("会跟您联系", "没有人找您")),
    (SETTLED, (TELL,), ("已经办结",), ("每办一步",)),
    ("withdrawn", (PROGRESS, WHO, WHEN, CALL, TELL), ("撤掉",), ("负责", "会跟您联系", "每办一步")),
    ("withdrawn", (URGE,), ("撤掉", "登记"), ("替您催了", "已经办结了")),
    ("withdrawn", (WITHDRAW,), ("已经", "撤掉"), ("您是要撤掉", "登记")),
    (ENDED, EVERYTHING, (), ("替您催了", "最迟", "会跟您联系", "您是要撤掉")),
)
CASES = [
    pytest.param(state, question, says, never, id=f"{state}: {question[0]}")
    for states, questions, says, never in TABLE
    for state in ([states] if isinstance(states, str) else states)
    for question in questions
]


@pytest.mark.parametrize(("state", "question", "says", "never"), CASES)
def test_an_answer_is_true_for_the_state(
    state: str, question: Question, says: tuple[str, ...], never: tuple[str, ...]
) -> None:
    chat = Chat(PlainFacts(cases=[STATES[state]], resident=Profile(phone=PHONE)))
    reply = chat.hears(question[0], intent=question[1])
    assert all(words in reply for words in says), reply
    assert not any(words in reply for words in never), reply


@pytest.mark.parametrize("words", ["我的电话是多少", "我留的哪个电话", "我留的号码对不对"])
def test_their_own_number_is_read_out(words: str) -> None:
    chat = Chat(PlainFacts(cases=[STATES["accepted"]], resident=Profile(phone=PHONE)))
    assert PHONE in chat.hears(words, intent="ask_question")


@pytest.mark.parametrize("words", ["我的编号是多少", "编号我忘了，再发一下"])
def test_the_number_of_the_case_is_read_out(words: str) -> None:
    chat = Chat(PlainFacts(cases=[STATES["accepted"]]))
    assert STATES["accepted"].case_no in chat.hears(words, intent="ask_question")
