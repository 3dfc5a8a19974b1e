"""What is told a second time, and what shall be done a second time, at the chat's door."""

from datetime import timedelta

import pytest

from backend.cases.queries import by_number
from backend.clock import now
from backend.database import Database
from backend.ratings.service import rate
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.grades import Grade
from dialogue.state import Ask
from dialogue.texts import appeal as appeal_texts
from dialogue.texts import cases as texts
from dialogue.texts import wishes as wish_texts
from tests.support.bot_desk import Desk, types
from tests.support.builders import take
from tests.support.own_cases import LAMP, LAMP_PLACE, a_case, all_cases, details, status

AGAIN = "西湖区文三路半夜又在施工，吵得睡不着"
READ_BACK = [appeal_texts.RIGHT_SO, appeal_texts.WRONG, appeal_texts.NOT_NOW]


def test_a_new_matter_is_read_back_as_ever(alone: Desk, database: Database) -> None:
    a_case(database, LAMP, LAMP_PLACE)
    a_case(database, of="somebody else")  # the same, of another resident
    assert types(alone, AGAIN).endswith("这样报上去，对吗？")
    assert alone.titles() == READ_BACK


def test_repeat_is_shown_and_details_can_be_added(alone: Desk, database: Database) -> None:
    case_no = a_case(database)
    question = types(alone, AGAIN)
    assert case_no in question
    assert "已派单，待签收" in question
    assert alone.titles()[:2] == [appeal_texts.ADD_TO_IT, appeal_texts.ANOTHER_MATTER]
    assert case_no in alone.presses(appeal_texts.ADD_TO_IT)
    assert [one["text"] for one in details(database, case_no, Action.ADD_DETAIL)] == [AGAIN]
    assert len(all_cases(database)) == 1


@pytest.mark.parametrize(
    ("reply", "cases", "added"),
    [
        ("同一件", 1, 1),
        ("补充到那件里吧", 1, 1),
        ("是另一件事", 2, 0),
        ("不是同一件", 2, 0),
        ("对", 2, 0),  # what was read back is registered: nothing is swallowed
    ],
)
def test_the_answer_may_be_typed(
    alone: Desk, database: Database, reply: str, cases: int, added: int
) -> None:
    case_no = a_case(database)
    types(alone, AGAIN, reply)
    assert len(all_cases(database)) == cases
    assert len(details(database, case_no, Action.ADD_DETAIL)) == added


def test_repeat_of_settled_case_reopens_with_new_details(alone: Desk, database: Database) -> None:
    case_no = a_case(database, settled=True)
    types(alone, AGAIN)
    assert alone.presses(appeal_texts.DO_IT_AGAIN).endswith(texts.REOPENED.plain)
    assert status(database, case_no) == ("dispatched", 2)
    assert details(database, case_no, Action.REOPEN)[0]["reason"] == AGAIN


def test_old_or_withdrawn_case_is_no_repeat(alone: Desk, database: Database) -> None:
    a_case(database, settled=True, ago=timedelta(days=45))
    withdrawn = a_case(database)
    with database.begin() as session:
        take(session, by_number(session, withdrawn), Action.WITHDRAW, now=now())
    types(alone, AGAIN)
    assert alone.titles() == READ_BACK


@pytest.mark.parametrize("has_number", [True, False])
def test_chasing_a_settled_case_offers_reopening_with_reason(
    alone: Desk, database: Database, has_number: bool
) -> None:
    settled = a_case(database, settled=True)
    words = f"{settled} 还在吵，催一下" if has_number else "催一下，还在吵"
    types(alone, words)
    question = alone.state().question
    assert question is not None
    assert (question.ask, question.case_no) == (Ask.REOPEN, settled)
    for _ in range(2):  # said twice
        types(alone, "好的")
        assert status(database, settled) == ("dispatched", 2)
    assert details(database, settled, Action.REOPEN)[0]["reason"] == words


def test_well_rated_case_can_be_reopened(alone: Desk, database: Database) -> None:
    settled = a_case(database, settled=True)
    with database.begin() as session:
        case = by_number(session, settled)
        rate(session, case, Grade.SATISFIED, round=1, message_id=1, now=now())
    question = types(alone, f"{settled} 又吵起来了")
    assert question == texts.ASK_REOPEN_SETTLED.plain.format(case_no=settled)


def test_once_more_asks_why_and_which(alone: Desk, database: Database) -> None:
    first = a_case(database, settled=True)
    assert types(alone, "重新办") == wish_texts.WHY_AGAIN.plain
    assert types(alone, "算了") == wish_texts.NOT_AGAIN.plain
    assert status(database, first) == ("resolved", 1)
    second = a_case(database, LAMP, LAMP_PLACE, settled=True)
    assert types(alone, "我要求重新办") == wish_texts.WHICH_AGAIN.plain
    assert types(alone, "2") == wish_texts.WHY_AGAIN.plain
    types(alone, "白天停了，夜里照样打桩")
    assert status(database, first) == ("dispatched", 2)
    assert details(database, first, Action.REOPEN)[0]["reason"] == "白天停了，夜里照样打桩"
    types(alone, "地铁站口的井盖翘起来了，请重新修一下", "算了")  # another matter: not done again
    assert status(database, second) == ("resolved", 1)
    types(alone, "路灯那件重新办，修了一天又不亮了")
    assert status(database, second) == ("dispatched", 2)


WHY = "还是黑的，根本没人来过"


@pytest.fixture
def unsolved(alone: Desk, database: Database) -> str:
    """The number of a case that was graded well, and is not solved: shall it be done again?"""
    settled = a_case(database, LAMP, LAMP_PLACE, settled=True)
    assert types(alone, "满意", "没解决") == texts.ASK_REOPEN_UNSOLVED.plain
    return settled


@pytest.mark.parametrize("why", [WHY, "昨天晚上又黑了一夜", "没修好", "糊弄人的", "压根没来过"])
def test_typed_reason_confirms_reopening(
    alone: Desk, database: Database, unsolved: str, why: str
) -> None:
    assert types(alone, why).endswith(texts.REOPENED.plain)
    assert status(database, unsolved) == ("dispatched", 2)
    assert details(database, unsolved, Action.REOPEN)[0]["reason"] == why


@pytest.mark.parametrize("words", ["文二路井盖丢了", "不用了，还是算了", "查进度", "谢谢"])
def test_another_matter_or_a_no_is_no_reason(
    alone: Desk, database: Database, unsolved: str, words: str
) -> None:
    types(alone, words)
    assert status(database, unsolved) == ("closed", 1)
