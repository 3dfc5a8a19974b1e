"""解决了吗 and 留个记录 in the chat: by button, number and words, for one's own cases alone."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from backend.cases import service as cases
from backend.cases.lifecycle import Action
from backend.cases.models import Case
from backend.cases.steps import Details
from backend.clock import for_people, now
from backend.database import Database
from backend.ratings import notices
from backend.ratings.models import LowRatingNotice, Rating
from dialogue import texts
from tests.action_route import Route, buttons, slots, told
from tests.bot_desk import Desk, a_desk, types
from tests.builders import a_conversation, a_resolved_case, take
from tests.fakes.rasa import FakeRasa, with_buttons

RATE = "action_rate_case"


@pytest.fixture
def case_no(database: Database) -> str:
    with database.begin() as session:
        return a_resolved_case(session, a_conversation(session, of="resident")).case_no


def press(route: Route, action: str, button: dict[str, Any], **other: Any) -> dict[str, Any]:
    return route.runs(action, "", say=button["payload"], button=button["data"], **other)


def grade(route: Route, case_no: str, score: int, *, round: int = 1) -> dict[str, Any]:
    data = {"case_no": case_no, "round": round, "score": score}
    return press(route, RATE, {"payload": "/rate_case", "data": data})


def rating(database: Database) -> Rating:
    with database.begin() as session:
        return session.scalars(select(Rating)).one()


def status(database: Database) -> str:
    with database.begin() as session:
        return session.scalars(select(Case.status)).one()


def test_a_good_grade_is_asked_whether_it_was_solved(
    route: Route, database: Database, case_no: str
) -> None:
    asked = grade(route, case_no, 4)
    assert told(asked).endswith(texts.ASK_SOLVED)
    assert [one["title"] for one in buttons(asked)] == [texts.SOLVED, texts.UNSOLVED]
    assert rating(database).solved is None
    answered = press(route, RATE, buttons(asked)[0])
    assert told(answered) == texts.SOLVED_NOTED
    assert rating(database).solved is True
    assert slots(answered)["rating_needs_reason"] is False
    assert told(press(route, RATE, buttons(asked)[1])) == texts.NOTHING_PENDING
    assert rating(database).solved is True


def test_content_and_not_solved_may_be_done_again(
    route: Route, database: Database, case_no: str
) -> None:
    asked = grade(route, case_no, 5)
    answered = press(route, RATE, buttons(asked)[1])
    assert told(answered) == texts.ASK_REOPEN_UNSOLVED
    assert (rating(database).solved, rating(database).score) == (False, 5)
    said = {"slots": slots(answered), "previous_id": answered["message_id"], "intent": "affirm"}
    route.runs("action_yes", "要", **said)
    with database.begin() as session:
        case = session.scalars(select(Case)).one()
        assert (case.status, case.round) == ("dispatched", 2)
        assert case.events[-1].details["reason"] == "市民说问题没有解决"
    # The first round's button, after it was opened again.
    assert told(press(route, RATE, buttons(asked)[0])) == texts.NOTHING_PENDING
    assert rating(database).solved is False


@pytest.mark.parametrize(
    ("index", "action", "solved", "after"),
    [
        (0, "action_yes", False, "dispatched"),
        (1, "action_no", False, "closed"),
        (2, "action_no", True, "closed"),
    ],
)
def test_a_low_grade_is_asked_both_in_one_turn(
    route: Route,
    database: Database,
    case_no: str,
    index: int,
    action: str,
    solved: bool,
    after: str,
) -> None:
    low = grade(route, case_no, 2)
    assert slots(low)["rating_needs_reason"] is True
    kept = slots(low) | {"rating_reason": "态度不好"}
    asked = route.runs("action_take_rating_reason", "态度不好", slots=kept)
    assert told(asked) == texts.ASK_SOLVED_OR_REOPEN
    assert len(buttons(asked)) == 3
    so = {"slots": slots(asked), "previous_id": asked["message_id"]}
    press(route, action, buttons(asked)[index], **so)
    assert (rating(database).solved, rating(database).reason_code) == (solved, "attitude")
    assert status(database) == after


def test_progress_says_who_reads_a_low_grade_and_until_when(
    route: Route, database: Database, case_no: str
) -> None:
    def asked() -> str:
        return told(route.runs("action_check_progress", "我的事怎么样了"))

    assert "已办结，待评价" in asked()
    grade(route, case_no, 1)
    with database.begin() as session:
        notice = session.scalars(select(LowRatingNotice)).one()
        above, until = notice.superior.name, for_people(notice.acknowledge_by)
    waits = asked()
    assert "待评价" not in waits
    assert f"您评了非常不满意，已经报给{above}，他们最晚{until}要看。" in waits
    with database.begin() as session:
        late = notices.mark_late(session, notice.acknowledge_by + timedelta(minutes=1), most=10)
        assert late == 1
    assert "他们没有按时看" in asked()
    with database.begin() as session:
        case = cases.by_number(session, case_no)
        words, units = Details(text="已约谈"), frozenset({notice.to_unit})
        notices.acknowledge(session, case, cases.SYSTEM, units, words, now=now())
    assert f"{above}已经看了" in asked()
    assert "已约谈" not in asked()  # what staff write to each other


def test_who_says_that_it_is_not_solved_is_not_asked_that_again(
    route: Route, database: Database, case_no: str
) -> None:
    low = grade(route, case_no, 1)
    kept = slots(low) | {"rating_reason": "问题没解决"}
    asked = route.runs("action_take_rating_reason", "问题没解决", slots=kept)
    assert told(asked) == texts.ASK_REOPEN.format(case_no=case_no)
    assert rating(database).solved is False


def test_words_say_it_too_and_a_bare_grade_says_nothing(
    route: Route, database: Database, case_no: str
) -> None:
    route.runs(RATE, "满意", intent="rate_case")
    assert rating(database).solved is None
    route.runs(RATE, "没解决", intent="rate_case")
    assert (rating(database).score, rating(database).solved) == (4, False)


def test_nobody_speaks_for_another_resident(route: Route, database: Database, case_no: str) -> None:
    asked = grade(route, case_no, 4)
    route.account = "mallory"
    press(route, RATE, buttons(asked)[0])
    press(route, "action_no", buttons(asked)[0])
    route.runs(RATE, "解决了", intent="rate_case")
    assert rating(database).solved is None


def test_nobody_rates_another_residents_case(
    route: Route, database: Database, case_no: str
) -> None:
    route.account = "mallory"
    for round in (1, 2):
        grade(route, case_no, 1, round=round)
    route.runs(RATE, f"{case_no}非常不满意", intent="rate_case")
    with database.begin() as session:
        assert session.scalars(select(Rating)).all() == []
    assert status(database) == "resolved"


def test_after_it_was_opened_again_the_old_rounds_grade_counts_for_nothing(
    route: Route, database: Database, case_no: str
) -> None:
    with database.begin() as session:
        take(session, cases.by_number(session, case_no), Action.REOPEN)
    old = told(grade(route, case_no, 5))
    assert "结案" not in old
    with database.begin() as session:
        for action in (Action.ACCEPT, Action.RESOLVE):
            take(session, cases.by_number(session, case_no), action)
    grade(route, case_no, 5)
    with database.begin() as session:
        assert session.scalars(select(Rating)).all() == []
    assert status(database) == "resolved"
    grade(route, case_no, 1, round=2)
    grade(route, case_no, 5, round=2)  # twice a round
    assert (rating(database).round, rating(database).score) == (2, 1)


def test_an_answer_is_kept_as_a_closed_case_with_its_article(
    route: Route, database: Database
) -> None:
    answered = route.runs("action_answer_question", "公租房怎么申请", intent="ask_question")
    keep = buttons(answered)[-1]
    assert keep["title"] == texts.KEEP_ANSWER
    for _ in range(2):
        press(route, "action_answer_question", keep)
    with database.begin() as session:
        first, second = session.scalars(select(Case).order_by(Case.id)).all()
        assert (first.status, first.kind, first.outcome) == ("closed", "inquiry", "explained")
        assert first.text == second.text == "公租房怎么申请"
        details = first.events[-1].details
        assert (details["article"], details["as_read"]) == ("public-rental-housing", True)
    gone = {"payload": "/ask_question", "data": {"keep": "no-such", "words_of": 1}}
    assert told(press(route, "action_answer_question", gone)) == texts.NOTHING_PENDING


# Before Rasa: numbers, and the words of a button


@pytest.fixture
def desk(database: Database, rasa: FakeRasa, tmp_path: Path) -> Iterator[Desk]:
    with a_desk(database, tmp_path, rasa_url=rasa.url) as desk:
        yield desk


@pytest.mark.parametrize(("said", "solved"), [("1", True), ("2", False), ("没解决。", False)])
def test_in_elder_mode_a_number_or_its_words_answer(
    desk: Desk, rasa: FakeRasa, said: str, solved: bool
) -> None:
    thanks = texts.THANK_RATING.format(grade="满意", case_no="HZ20261123000042")
    asked = with_buttons(
        f"{thanks}\n{texts.ASK_SOLVED}",
        (texts.SOLVED, "/rate_case"),
        (texts.UNSOLVED, "/rate_case"),
    )
    for button, value in zip(asked[0]["buttons"], (True, False), strict=True):
        button["data"] = {"case_no": "HZ20261123000042", "round": 1, "solved": value}
    rasa.says(asked)
    shown = types(desk, "老人模式", "满意")
    assert shown == (
        "谢谢您。您评的是：满意。这件事就办完了。\n问题解决了吗？\n回 1 解决了\n回 2 没解决"
    )
    types(desk, said)
    assert rasa.words[-1] == "/rate_case"
    assert rasa.heard[-1]["metadata"]["button"]["solved"] is solved


def test_words_that_are_no_button_are_rasas(desk: Desk, rasa: FakeRasa) -> None:
    rasa.says(with_buttons("问题解决了吗？", (texts.SOLVED, "/rate_case"), solved=True))
    types(desk, "满意")
    types(desk, "好像解决了一点")
    assert rasa.words[-1] == "好像解决了一点"
