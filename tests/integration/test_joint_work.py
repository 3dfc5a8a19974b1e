"""Several units for one case: tasks with their own clocks, and a street that whistles."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from backend.cases import queries
from backend.clock import now
from backend.jobs.scheduler import sweep
from backend.models.cases import Case, CaseEvent
from backend.models.joint_work import Task, WhistleResponse
from backend.models.staff import Role
from backend.vocabulary.case_lifecycle import Action
from tests.support.builders import take
from tests.support.staff_app import OTHER_UNIT, UNIT, Town
from tests.support.stages import RESOLVED, accepted


@pytest.fixture
def street(town: Town) -> str:
    """The code of a street that has a handler."""
    listed = town.get("admin", "/units", tier="street").json()["units"]
    code = next(unit["code"] for unit in listed if unit["code"].startswith("330106"))
    town.hire("street_handler", Role.HANDLER, code)
    return str(code)


def in_the_street(town: Town, street: str) -> str:
    case_no = town.case(unit=street)
    town.do("street_handler", case_no, "accept")
    return case_no


def with_a_task(town: Town, **more: Any) -> tuple[str, int]:
    case_no = accepted(town)
    body = {"unit": OTHER_UNIT, "text": "把这头的路灯也看一下"} | more
    case = town.do("handler", case_no, "add_task", **body).json()
    return case_no, case["tasks"][-1]["id"]


def test_case_waits_for_its_independent_task(town: Town) -> None:
    case_no, task = with_a_task(town)
    early = town.post("handler", f"/cases/{case_no}/resolve", RESOLVED)
    assert (early.status_code, "1 个任务" in early.json()["error"]) == (409, True)
    assert town.get("other_handler", f"/cases/{case_no}").status_code == 200
    town.do("other_handler", case_no, "accept_task", task=task)
    done = town.do("other_handler", case_no, "finish_task", task=task, text="换了两盏").json()
    assert [(one["status"], one["result"]) for one in done["tasks"]] == [("finished", "换了两盏")]
    assert done["status"] == "accepted"
    assert town.do("handler", case_no, "resolve", **RESOLVED).json()["status"] == "resolved"


def test_cancelled_task_has_reason_and_blocks_nothing(town: Town) -> None:
    case_no, task = with_a_task(town)
    lacking = town.post("handler", f"/cases/{case_no}/cancel_task", {"task": task})
    assert lacking.status_code == 400
    town.do("handler", case_no, "cancel_task", task=task, reason="不用了")
    town.do("handler", case_no, "resolve", **RESOLVED)


@pytest.mark.parametrize(
    ("who", "action", "body", "status"),
    [
        ("handler", "accept_task", {}, 403),  # it is the helper's
        ("other_handler", "cancel_task", {"reason": "x"}, 403),  # it is the lead's
        ("other_handler", "finish_task", {"text": "好了"}, 409),  # not accepted yet
        ("other_handler", "resolve", RESOLVED, 403),  # a helper does not hold the case
        ("other_handler", "accept_task", {"task": 999_999}, 404),
        ("other_handler", "accept_task", {"task": None}, 400),
        ("handler", "add_task", {"text": "x", "unit": UNIT}, 400),
        ("handler", "add_task", {"text": "x", "unit": "nowhere"}, 400),
        ("handler", "add_task", {"text": "x", "unit": OTHER_UNIT, "days": 300}, 400),
        ("handler", "add_task", {"unit": OTHER_UNIT}, 400),
        ("supervisor", "add_task", {"text": "x", "unit": OTHER_UNIT}, 403),
        ("handler", "raise_whistle", {"reason": "x", "units": [OTHER_UNIT]}, 403),  # no street
        ("handler", "respond", {"text": "来了"}, 409),  # nobody whistled
    ],
)
def test_what_is_not_to_be(
    town: Town, who: str, action: str, body: dict[str, Any], status: int
) -> None:
    case_no, task = with_a_task(town)
    before = town.get("admin", f"/cases/{case_no}").json()
    answer = town.post(who, f"/cases/{case_no}/{action}", {"task": task} | body)
    assert answer.status_code == status, answer.text
    assert town.get("admin", f"/cases/{case_no}").json() == before


def test_a_task_has_a_clock_of_its_own(town: Town) -> None:
    case_no, task = with_a_task(town, days=1)
    with town.database.begin() as session:
        due = session.get_one(Task, task).resolve_by
        assert due < session.scalars(select(Case.resolve_by)).one()
    for _ in range(2):
        sweep(town.database, due + timedelta(minutes=1))
    case = town.get("handler", f"/cases/{case_no}").json()
    marks = [e["details"] for e in case["events"] if e["details"].get("clock") == "task"]
    assert [(mark["task"], mark["told"]) for mark in marks] == [(task, OTHER_UNIT)]
    assert case["tasks"][0]["overdue_at"]


def test_withdrawing_ends_the_tasks(town: Town) -> None:
    case_no, task = with_a_task(town)
    with town.database.begin() as session:
        take(session, queries.by_number(session, case_no), Action.WITHDRAW, now=now())
        ended = session.get_one(Task, task)
        assert (ended.status, ended.result) == ("cancelled", "已撤诉")
        event = session.scalars(select(CaseEvent).order_by(CaseEvent.id.desc()).limit(1)).one()
        assert event.details["cancelled_tasks"] == [task]


def test_a_street_whistles_and_departments_report_in(town: Town, street: str) -> None:
    case_no = in_the_street(town, street)
    assert town.get("handler", f"/cases/{case_no}").status_code == 403
    body = {"reason": "要一起到现场", "units": [UNIT, OTHER_UNIT]}
    case = town.do("street_handler", case_no, "raise_whistle", **body).json()
    assert [one["unit"]["code"] for one in case["whistles"][0]["responses"]] == [UNIT, OTHER_UNIT]
    assert town.post("handler", f"/cases/{case_no}/respond", {}).status_code == 400
    case = town.do("handler", case_no, "respond", text="中队李工下午两点到").json()
    messages = case["events"][-1]["details"]
    assert (messages["unit"], messages["in_time"], messages["minutes"] >= 0) == (UNIT, True, True)
    assert town.post("handler", f"/cases/{case_no}/respond", {"text": "x"}).status_code == 409
    with town.database.begin() as session:
        due = session.scalars(select(WhistleResponse.respond_by)).first()
    assert due is not None
    sweep(town.database, due + timedelta(minutes=1))
    case = town.get("street_handler", f"/cases/{case_no}").json()
    late = [e["details"]["told"] for e in case["events"] if e["details"].get("clock") == "whistle"]
    assert late == [OTHER_UNIT]


@pytest.mark.parametrize(
    "units", [None, [], [OTHER_UNIT, "nowhere"], "own", [f"u{n}" for n in range(60)]]
)
def test_a_whistle_for_nobody_or_oneself(town: Town, street: str, units: Any) -> None:
    case_no = in_the_street(town, street)
    body = {"reason": "x", "units": [street] if units == "own" else units}
    answer = town.post("street_handler", f"/cases/{case_no}/raise_whistle", body)
    assert answer.status_code == 400


def test_all_of_it_by_forms_alone(town: Town, desk: Any, street: str) -> None:
    case_no = in_the_street(town, street)
    lead, helper = desk("street_handler"), desk("handler")
    value = "西湖区综合行政执法局、330102-urban_management"
    page = lead.step(case_no, "raise_whistle", units_asked=value, reason="一起去").text
    assert "请来：西湖区综合行政执法局、上城区综合行政执法局" in page
    assert "还没报到" in page
    assert "已报到，下午到" in helper.step(case_no, "respond", text="下午到").text
    body = {"unit_asked": "西湖区综合行政执法局", "text": "清理占道"}
    assert "待签收" in lead.step(case_no, "add_task", **body).text
    with town.database.begin() as session:
        task = str(session.scalars(select(Task.id)).one())
    assert f"/{case_no}/finish_task" not in helper.get(f"/cases/{case_no}").text
    assert "“签收任务”已完成" in helper.step(case_no, "accept_task", task=task).text
    done = helper.step(case_no, "finish_task", task=task, text="清完了").text
    assert "已完成" in done
    assert "清完了" in done
    assert f"/{case_no}/respond" not in helper.get(f"/cases/{case_no}").text
    assert f'/{case_no}/accept"' not in helper.get(f"/cases/{case_no}").text
