"""Low ratings reach the unit above, which acknowledges them by a clock; 解决了吗 is kept apart."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from backend.cases.queries import by_number
from backend.clock import now
from backend.errors import Conflict
from backend.jobs.scheduler import sweep
from backend.models.cases import Case
from backend.models.ratings import LowRatingNotice
from backend.models.staff import Role
from backend.ratings import service as ratings
from backend.vocabulary.grades import Grade
from tests.support.staff_app import UNIT, Town
from tests.support.stages import RESOLVED, accepted, resolved

ABOVE = "330106-government"


def rated_low(town: Town) -> str:
    case_no = resolved(town)
    town.rates(case_no, 1, reason="态度不好")
    return case_no


def acknowledge(town: Town, who: str, case_no: str, text: str = "约谈了承办人") -> int:
    return town.post(who, f"/cases/{case_no}/acknowledge", {"text": text}).status_code


def test_low_rating_waits_at_the_parent_unit(town: Town) -> None:
    case_no = rated_low(town)
    [notice] = town.get("supervisor", "/low-ratings").json()["low_ratings"]
    assert (notice["case_no"], notice["state"], notice["round"]) == (case_no, "waiting", 1)
    assert (notice["unit"]["code"], notice["to"]["code"]) == (UNIT, ABOVE)
    assert (notice["rating"]["score"], notice["rating"]["reason_code"]) == (1, "attitude")
    events = town.get("admin", f"/cases/{case_no}").json()["events"]
    coded = {e["action"]: e["details"] for e in events}
    assert coded["rate"]["score"] == 1
    assert coded["report_low"]["told"] == ABOVE
    assert coded["add_to_rating"]["reason_code"] == "attitude"
    assert all(e["unit"] == UNIT and e["round"] == 1 for e in events[-3:])


def test_a_good_rating_is_reported_to_nobody(town: Town) -> None:
    town.rates(resolved(town), 3)
    assert town.get("supervisor", "/low-ratings").json()["low_ratings"] == []


def test_only_the_parent_acknowledges_and_only_once(town: Town) -> None:
    town.hire("above", Role.HANDLER, ABOVE)
    case_no = rated_low(town)
    assert acknowledge(town, "handler", case_no) == 403
    assert acknowledge(town, "dispatcher", case_no) == 403
    assert acknowledge(town, "other_handler", case_no) == 403
    assert acknowledge(town, "above", case_no, " ") == 400
    assert acknowledge(town, "above", case_no) == 200
    assert acknowledge(town, "above", case_no) == 409
    assert acknowledge(town, "supervisor", case_no) == 409
    case = town.get("supervisor", f"/cases/{case_no}").json()
    [notice] = case["low_ratings"]
    assert (notice["state"], notice["text"]) == ("acknowledged", "约谈了承办人")
    last = case["events"][-1]
    assert (last["action"], last["details"]["in_time"], last["details"]["unit"]) == (
        "acknowledge",
        True,
        ABOVE,
    )
    listed = {
        state: len(town.get("above", "/low-ratings", state=state).json()["low_ratings"])
        for state in ("waiting", "late", "acknowledged", "")
    }
    assert listed == {"waiting": 0, "late": 0, "acknowledged": 1, "": 1}
    assert town.get("above", "/low-ratings", state="lost").status_code == 400
    assert town.get("dispatcher", "/low-ratings").status_code == 403
    assert town.get("other_handler", "/low-ratings").json()["low_ratings"] == []


def test_simultaneous_acknowledgements_succeed_once(town: Town) -> None:
    acknowledge, body = f"/cases/{rated_low(town)}/acknowledge", {"text": "看了"}
    assert town.at_once(acknowledge, ("supervisor", body), ("admin", body)) == [200, 409]


def test_unread_low_rating_is_marked_late_and_escalated(town: Town, desk: Any) -> None:
    case_no = rated_low(town)
    sweep(town.database, now() + timedelta(hours=1))
    later = now() + timedelta(days=10)
    sweep(town.database, later)
    sweep(town.database, later)
    events = town.get("admin", f"/cases/{case_no}").json()["events"]
    late = [e["details"] for e in events if e["details"].get("clock") == "notice"]
    assert [(one["unit"], one["told"]) for one in late] == [(ABOVE, "HZ-12345")]
    page = desk("supervisor").get("/low-ratings?state=late").text
    assert case_no in page
    assert "逾期未阅知" in page
    done = desk("supervisor").step(case_no, "acknowledge", text="已约谈")
    assert "“阅知”已完成" in done.text
    assert "已阅知" in done.text
    with town.database.begin() as session:
        notice = session.scalars(select(LowRatingNotice)).one()
        assert notice.acknowledged_at is not None
    assert desk("dispatcher").get("/low-ratings").status_code == 403


def test_each_round_has_a_notice_of_its_own(town: Town) -> None:
    case_no = rated_low(town)
    town.do("supervisor", case_no, "reopen", reason="没办好")
    town.do("handler", case_no, "accept")
    town.do("handler", case_no, "resolve", **RESOLVED)
    town.do("supervisor", case_no, "confirm")
    town.rates(case_no, 2)
    rounds = [n["round"] for n in town.get("supervisor", "/low-ratings").json()["low_ratings"]]
    assert sorted(rounds) == [1, 2]
    assert [acknowledge(town, "supervisor", case_no) for _ in range(3)] == [200, 200, 409]


def test_solved_is_their_word_alone_once_a_round(town: Town) -> None:
    case_no = resolved(town)
    with town.database.begin() as session:
        case = by_number(session, case_no)
        assert say(session, case, 1) is None  # no grade yet
        ratings.rate(session, case, Grade.SATISFIED, round=1, message_id=1, now=now())
        rating = ratings.find_rating(session, case, 1)
        assert rating is not None
        assert rating.solved is None  # satisfied is not solved
        assert say(session, case, 2) is None  # a round that is not
        assert say(session, case, 1) is not None
        assert say(session, case, 1, solved=True) is None
        assert rating.solved is False
    lines = [
        e["details"]
        for e in town.get("admin", f"/cases/{case_no}").json()["events"]
        if "solved" in e["details"]
    ]
    assert lines == [{"solved": False}]


def say(session: Any, case: Case, round: int, *, solved: bool = False) -> Any:
    return ratings.set_solved(session, case, solved=solved, round=round, now=now())


def test_grade_for_a_past_round_is_refused(town: Town) -> None:
    case_no = rated_low(town)
    town.do("supervisor", case_no, "reopen", reason="没办好")
    with town.database.begin() as session:
        case = by_number(session, case_no)
        assert say(session, case, 1) is None
        try:
            ratings.rate(session, case, Grade.SATISFIED, round=1, message_id=99, now=now())
            raise AssertionError("an old round was rated")
        except Conflict:
            pass


def test_staff_can_neither_rate_nor_confirm_solved(town: Town) -> None:
    case_no = resolved(town)
    for action in ("rate", "add_to_rating", "report_low", "propose", "bring_back"):
        body = {"text": "非常满意", "reason": "x", "solved": True, "score": 5}
        assert town.post("admin", f"/cases/{case_no}/{action}", body).status_code == 403, action
    assert town.get("admin", f"/cases/{case_no}").json()["rating"] is None


def test_the_last_unit_of_all_reports_to_itself(town: Town) -> None:
    """What was answered at intake no unit had: it is the centre's."""
    case_no = town.case()
    town.do("dispatcher", case_no, "answer", text="到社区办")
    town.rates(case_no, 1)
    [notice] = town.get("supervisor", "/low-ratings").json()["low_ratings"]
    assert (notice["unit"]["code"], notice["to"]["code"]) == ("HZ-12345", "HZ-12345")
    assert acknowledge(town, "supervisor", case_no) == 200
    assert accepted(town) != case_no
