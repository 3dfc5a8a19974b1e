"""How it went, 解决了吗 and 留个记录, at the chat's door: by button, number and words."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from backend.cases import queries
from backend.cases.step import StaffStep
from backend.clock import for_people, now
from backend.database import Database
from backend.messaging.outbox import reply
from backend.models.cases import Case
from backend.models.ratings import LowRatingNotice, Rating
from backend.models.staff import StaffAccount
from backend.ratings import notices
from backend.vocabulary.actors import SYSTEM
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.grades import GRADES, Grade
from backend.vocabulary.messages import Button
from backend.vocabulary.step_details import WithText
from backend.vocabulary.texts import Text
from dialogue.texts import cases as texts
from tests.support.bot_desk import Desk, types
from tests.support.builders import a_conversation, take
from tests.support.own_cases import LAMP, LAMP_PLACE, a_case, details


@pytest.fixture
def case_no(database: Database) -> str:
    return a_case(database, LAMP, LAMP_PLACE, settled=True)


def grade(desk: Desk, case_no: str, score: int, *, round: int = 1, of: str = "lin") -> str:
    """The button below the news that it is settled, as it would be shown to anybody."""
    data = {"case_no": case_no, "round": round, "score": score}
    return shows(desk, Button(Grade(score).label, "/rate_case", data), of=of)


def shows(desk: Desk, button: Button, *, of: str = "lin") -> str:
    with desk.database.begin() as session:
        chat = a_conversation(session, of=of)
        reply(session, chat, Text("办得怎么样？"), now=now(), buttons=[button])
    return desk.presses(button.title, of=of)


def rating(database: Database) -> Rating:
    with database.begin() as session:
        return session.scalars(select(Rating)).one()


def status(database: Database) -> str:
    with database.begin() as session:
        return session.scalars(select(Case.status)).one()


def test_good_grade_leads_to_solved_question(alone: Desk, database: Database, case_no: str) -> None:
    assert grade(alone, case_no, 4).endswith(texts.ASK_SOLVED.plain)
    assert alone.titles() == [texts.SOLVED, texts.UNSOLVED]
    assert rating(database).solved is None
    assert alone.presses(texts.SOLVED) == texts.SOLVED_NOTED.plain
    assert rating(database).solved is True
    of = {"case_no": case_no, "round": 1, "solved": False}
    assert shows(alone, Button(texts.UNSOLVED, "/rate_case", of)) == texts.NOTHING_PENDING.plain
    assert rating(database).solved is True


def test_content_and_not_solved_may_be_done_again(
    alone: Desk, database: Database, case_no: str
) -> None:
    grade(alone, case_no, 5)
    assert alone.presses(texts.UNSOLVED) == texts.ASK_REOPEN_UNSOLVED.plain
    assert (rating(database).solved, rating(database).score) == (False, 5)
    types(alone, "要")
    assert status(database) == "dispatched"
    assert details(database, case_no, Action.REOPEN)[0]["reason"] == texts.NOT_SOLVED
    of = {"case_no": case_no, "round": 1, "solved": True}  # the first round's button
    assert shows(alone, Button(texts.SOLVED, "/rate_case", of)) == texts.NOTHING_PENDING.plain
    assert rating(database).solved is False


@pytest.mark.parametrize(
    ("title", "solved", "after"),
    [
        (texts.UNSOLVED_AGAIN, False, "dispatched"),
        (texts.UNSOLVED_ENOUGH, False, "closed"),
        (texts.SOLVED, True, "closed"),
    ],
)
def test_low_grade_asks_both_in_one_turn(
    alone: Desk, database: Database, case_no: str, title: str, solved: bool, after: str
) -> None:
    assert grade(alone, case_no, 2) == texts.ASK_REASON.plain
    assert alone.presses("态度不好") == texts.ASK_SOLVED_OR_REOPEN.plain
    alone.presses(title)
    assert (rating(database).solved, rating(database).reason_code) == (solved, "attitude")
    assert status(database) == after


def test_saying_unsolved_is_not_asked_again(alone: Desk, database: Database, case_no: str) -> None:
    grade(alone, case_no, 1)
    assert alone.presses("问题没解决") == texts.ASK_REOPEN.plain.format(case_no=case_no)
    assert rating(database).solved is False


def test_low_grade_with_reason_asks_no_reason(
    alone: Desk, database: Database, case_no: str
) -> None:
    words = "不满意，根本没修，昨天晚上还是黑的"
    assert types(alone, words) == texts.ASK_REOPEN.plain.format(case_no=case_no)
    assert (rating(database).score, rating(database).reason) == (2, words)


def test_words_may_say_solved_but_grades_do_not(
    alone: Desk, database: Database, case_no: str
) -> None:
    types(alone, "满意")
    assert rating(database).solved is None
    types(alone, "没解决")
    assert (rating(database).score, rating(database).solved) == (4, False)


@pytest.mark.parametrize(
    ("words", "score"),
    [
        ("挺好的，谢谢你们，修得快", 4),
        ("非常满意", 5),
        ("一般般吧", 3),
        ("还是黑的，根本没人来过", 2),  # said by the fact
        ("一般什么时候来修", None),
        ("什么时候能满意一次", None),
        ("修好了吗", None),
    ],
)
def test_evaluative_words_are_a_grade_and_questions_not(
    alone: Desk, database: Database, case_no: str, words: str, score: int | None
) -> None:
    types(alone, words)
    with database.begin() as session:
        assert session.scalar(select(Rating.score)) == score


def test_progress_names_low_grade_reader_and_deadline(
    alone: Desk, database: Database, case_no: str
) -> None:
    assert "已办结，待评价" in types(alone, "查进度")
    grade(alone, case_no, 1)
    with database.begin() as session:
        notice = session.scalars(select(LowRatingNotice)).one()
        above, until = notice.superior.name, for_people(notice.acknowledge_by)
    waits = types(alone, "查进度")
    assert "待评价" not in waits
    assert f"您评了非常不满意，已经报给{above}，他们最晚{until}要看。" in waits
    with database.begin() as session:
        late = notices.mark_late(session, notice.acknowledge_by + timedelta(minutes=1), most=10)
        assert late == 1
    assert "他们没有按时看" in types(alone, "查进度")
    with database.begin() as session:
        case = queries.by_number(session, case_no)
        step = StaffStep(
            session, case, SYSTEM, now(), WithText(Action.ACKNOWLEDGE, "已约谈"),
            staff=StaffAccount(), units=frozenset({notice.to_unit}),
        )  # fmt: skip
        notices.acknowledge(step)
    read = types(alone, "查进度")
    assert f"{above}已经看了" in read
    assert "已约谈" not in read  # what staff write to each other


def test_nobody_speaks_for_another_resident(alone: Desk, database: Database, case_no: str) -> None:
    grade(alone, case_no, 4)
    of = {"case_no": case_no, "round": 1, "solved": True}
    for say in ("/rate_case", "/affirm", "/deny"):
        shows(alone, Button(texts.SOLVED, say, {**of, "reopen": case_no}), of="mallory")
    alone.hears("解决了", of="mallory")
    alone.answers()
    assert rating(database).solved is None
    assert status(database) == "closed"


def test_nobody_rates_another_residents_case(alone: Desk, database: Database, case_no: str) -> None:
    for round in (1, 2):
        grade(alone, case_no, 1, round=round, of="mallory")
    alone.hears(f"{case_no}非常不满意", of="mallory")
    alone.answers()
    with database.begin() as session:
        assert session.scalars(select(Rating)).all() == []
    assert status(database) == "resolved"


def test_reopening_voids_the_old_rounds_grade(
    alone: Desk, database: Database, case_no: str
) -> None:
    with database.begin() as session:
        take(session, queries.by_number(session, case_no), Action.REOPEN)
    assert grade(alone, case_no, 5) == texts.NOT_RATEABLE.plain
    with database.begin() as session:
        for action in (Action.ACCEPT, Action.RESOLVE):
            take(session, queries.by_number(session, case_no), action)
    grade(alone, case_no, 5)
    with database.begin() as session:
        assert session.scalars(select(Rating)).all() == []
    assert status(database) == "resolved"
    grade(alone, case_no, 1, round=2)
    assert grade(alone, case_no, 5, round=2) == texts.RATED_ALREADY.plain
    assert (rating(database).round, rating(database).score) == (2, 1)


def test_answer_is_stored_as_closed_case_with_article(alone: Desk, database: Database) -> None:
    types(alone, "公租房怎么申请")
    assert alone.presses(texts.KEEP_ANSWER).endswith(texts.ANSWER_KEPT.plain)
    with database.begin() as session:
        case = session.scalars(select(Case)).one()
        assert (case.status, case.kind, case.outcome) == ("closed", "inquiry", "explained")
        assert case.text == "公租房怎么申请"
        event = case.events[-1].details
        assert (event["article"], event["as_read"]) == ("public-rental-housing", True)
    button = Button(texts.KEEP_ANSWER, "/ask_question", {"keep": "no-such"})
    assert shows(alone, button) == texts.NOTHING_PENDING.plain


@pytest.mark.parametrize(("words", "solved"), [("1", True), ("2", False), ("没解决。", False)])
def test_elder_mode_accepts_number_or_its_words(
    alone: Desk, database: Database, case_no: str, words: str, solved: bool
) -> None:
    answer = types(alone, "老人模式", "满意")
    assert answer.endswith("问题解决了吗？\n回 1 解决了\n回 2 没解决")
    types(alone, words)
    assert rating(database).solved is solved


def test_words_beyond_the_buttons_are_understood_freely(
    alone: Desk, database: Database, case_no: str
) -> None:
    types(alone, "满意", "好像亮了一点")
    assert rating(database).solved is None


def test_each_grade_has_its_button(alone: Desk, case_no: str) -> None:
    assert types(alone, "我要评价") == texts.ASK_GRADE.plain.format(case_no=case_no)
    assert alone.titles() == [one.label for one in GRADES]
