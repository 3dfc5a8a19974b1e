"""A dispatcher corrects the place, the kind or the domain of an open case."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.cases.due_times import load_clock_events
from backend.cases.step import StepContext
from backend.cases.stepping import note
from backend.database import Database
from backend.deadlines.city import calendar
from backend.deadlines.clocks import read_clocks
from backend.deadlines.rules import deadline
from backend.models.cases import Case
from backend.models.joint_work import Task
from backend.models.messages import OutboxMessage
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.step_details import Correct, Extend
from tests.support.builders import HANDLER, NOON, a_dispatched_case, a_registered_case, take
from tests.support.staff_app import OTHER_UNIT, Town
from tests.support.stages import accepted, dispatched, on_hold, registered, resolved, returned

DAY = timedelta(days=1)


def correct(session: Session, case: Case, *, days: float = 0, **fields: str) -> dict[str, Any]:
    details = Correct(**fields)  # type: ignore[arg-type]
    note(StepContext(session, case, HANDLER, NOON + days * DAY, details))
    session.expire(case, ["events"])
    return case.events[-1].details


def notifications(session: Session, case: Case) -> list[str]:
    rows = select(OutboxMessage.text).where(OutboxMessage.case_id == case.id)
    return list(session.scalars(rows.order_by(OutboxMessage.id)))


# Kind and clocks


def test_corrected_kind_has_limits_from_registration(database: Database) -> None:
    with database.begin() as session:
        case = a_registered_case(session)
        assert (case.kind, case.power_item_code) == ("complaint", None)
        details = correct(session, case, days=1, kind="suggestion")
        assert (details["old"], details["kind"]) == ("complaint", "suggestion")
        assert case.resolve_by == deadline(NOON, 15, calendar())
        assert case.respond_by == deadline(NOON, 2, calendar())
        assert case.total_resolve_by == case.first_resolve_by == case.resolve_by
        assert case.track == "suggestion"
        assert set(details["moved"]) == {"respond_by", "resolve_by", "total_resolve_by"}
        clocks = read_clocks(load_clock_events(session, [case])[case.id], calendar())
        assert clocks.resolve_by == case.resolve_by


def test_a_shorter_limit_makes_nobody_late(database: Database) -> None:
    """Ten days become two: on the fifth day one working day is left."""
    with database.begin() as session:
        case = a_registered_case(session)
        correct(session, case, days=4, kind="inquiry")
        assert case.resolve_by == deadline(NOON + 4 * DAY, 1, calendar())
        late = a_registered_case(session)
        due = late.resolve_by
        correct(session, late, days=60, kind="inquiry")
        assert late.resolve_by == due  # it was late before, and stays so


def test_a_hold_and_an_extension_before_still_count(database: Database) -> None:
    with database.begin() as session:
        case = a_dispatched_case(session)
        for action, days in ((Action.ACCEPT, 0), (Action.HOLD, 1), (Action.RESUME, 2)):
            take(session, case, action, now=NOON + days * DAY)
        take(session, case, Extend(reason="要采购", days=3), now=NOON + 2 * DAY)
        before = case.resolve_by
        kind = case.kind
        correct(session, case, days=2, kind="praise")
        assert case.resolve_by > deadline(NOON, 5 + 3, calendar())  # and the day on hold
        correct(session, case, days=2, kind=kind)
        assert case.resolve_by == before


def test_later_round_leaves_the_first_rounds_measures(database: Database) -> None:
    with database.begin() as session:
        case = a_registered_case(session)  # without a power item, which has limits of its own
        take(session, case, Action.DISPATCH)
        first = (case.first_respond_by, case.first_resolve_by)
        for action in (Action.ACCEPT, Action.RESOLVE):
            take(session, case, action, now=NOON + DAY)
        take(session, case, Action.REOPEN, now=NOON + 2 * DAY)
        correct(session, case, days=2, kind="suggestion")
        assert (case.first_respond_by, case.first_resolve_by) == first
        assert case.respond_by == deadline(NOON + 2 * DAY, 2, calendar())


def test_resident_gets_only_the_new_deadline(
    database: Database,
) -> None:
    with database.begin() as session:
        case = a_registered_case(session)
        before = len(notifications(session, case))
        correct(session, case, place="西湖区文三路478号")
        correct(session, case, domain="民政")
        assert len(notifications(session, case)) == before
        correct(session, case, kind="inquiry")
        (text,) = notifications(session, case)[before:]
        assert text.endswith("我们核对了您说的事，最迟11月25日前办结，由12345民呼中心负责。")
        correct(session, case, kind="suggestion")
        assert notifications(session, case)[-1].endswith("您说的记作建议了。12月14日前答复您。")
        correct(session, case, kind="praise")
        assert len(notifications(session, case)) == before + 2


def test_a_report_is_anonymous_from_the_correction_on(database: Database) -> None:
    with database.begin() as session:
        case = a_dispatched_case(session)
        assert not case.anonymous
        assert correct(session, case, kind="report")["anonymous"] is True
        assert case.anonymous
        correct(session, case, kind="complaint")
        assert case.anonymous  # a correction reveals nobody


def test_task_without_own_days_follows_the_case(town: Town) -> None:
    case_no = accepted(town)
    town.do("handler", case_no, "add_task", unit=OTHER_UNIT, text="看一下")
    case = town.do("dispatcher", case_no, "correct", kind="complaint").json()
    with town.database.begin() as session:
        task = session.scalars(select(Task)).one()
        assert task.resolve_by.isoformat() == case["resolve_by"].replace("Z", "+00:00")


# Place and domain


def test_a_new_place_gives_the_case_its_areas(town: Town) -> None:
    case_no = town.case(location=None)
    before = town.get("admin", f"/cases/{case_no}").json()
    assert before["location"]["district"] is None
    case = town.do("dispatcher", case_no, "correct", place="上城区凯旋路", reason="问过市民").json()
    assert case["location"]["text"] == "上城区凯旋路"
    assert case["location"]["district"]["name"] == "上城区"
    assert case["routing"] == before["routing"]
    assert case["resolve_by"] == before["resolve_by"]
    details = case["events"][-1]["details"]
    assert (details["place"], details["reason"]) == ("上城区凯旋路", "问过市民")
    assert details["area"].startswith("330102")
    with town.database.begin() as session:
        row = session.scalars(select(Case).where(Case.case_no == case_no)).one()
        assert row.district_code == "330102"


def test_the_old_place_and_the_pin_are_kept(town: Town) -> None:
    case_no = town.case()
    pin = {"latitude": 30.28, "longitude": 120.12, "label": None}
    with town.database.begin() as session:
        row = session.scalars(select(Case).where(Case.case_no == case_no)).one()
        row.location = {**row.location, "pin": pin}
    case = town.do("dispatcher", case_no, "correct", place="上城区凯旋路").json()
    details = case["events"][-1]["details"]
    assert details["old"] == "西湖区文三路"
    assert details["old_area"].startswith("330106")
    assert case["location"]["pin"] == pin


def test_each_corrected_field_logs_old_and_new(town: Town) -> None:
    case_no = registered(town)
    before = town.get("admin", f"/cases/{case_no}").json()
    fields = {"place": "上城区凯旋路", "kind": "report", "domain": "民政"}
    case = town.do("dispatcher", case_no, "correct", **fields).json()
    events = case["events"][len(before["events"]) :]
    assert [event["action"] for event in events] == ["correct"] * 3
    new = [{name for name in fields if name in event["details"]} for event in events]
    assert new == [{"place"}, {"kind"}, {"domain"}]
    assert (case["kind"], case["domain"]) == ("report", "民政")
    assert case["status"] == "registered"


def test_what_is_the_same_is_no_correction(town: Town) -> None:
    case_no = registered(town)
    case = town.get("admin", f"/cases/{case_no}").json()
    same = {"place": case["location"]["text"], "kind": case["kind"]}
    assert town.post("dispatcher", f"/cases/{case_no}/correct", same).status_code == 400
    again = town.do("dispatcher", case_no, "correct", **same, domain="民政").json()
    assert len(again["events"]) == len(case["events"]) + 1


@pytest.mark.parametrize(
    ("stage", "who", "body", "status"),
    [
        (registered, "dispatcher", {}, 400),
        (registered, "dispatcher", {"kind": "rumour"}, 400),
        (registered, "dispatcher", {"domain": "天文"}, 400),
        (registered, "dispatcher", {"place": "上城区凯旋路", "kind": "rumour"}, 400),
        (registered, "dispatcher", {"place": "长" * 501}, 400),
        (registered, "dispatcher", {"place": 7}, 400),
        (registered, "supervisor", {"kind": "report"}, 403),
        (dispatched, "handler", {"kind": "report"}, 403),
        (dispatched, "other_handler", {"kind": "report"}, 403),
        (resolved, "dispatcher", {"kind": "report"}, 409),
        (dispatched, "dispatcher", {"kind": "report"}, 200),
        (on_hold, "dispatcher", {"kind": "report"}, 200),
        (returned, "dispatcher", {"kind": "report"}, 200),
        (registered, "admin", {"place": "<script>alert(1)</script>"}, 200),
    ],
)
def test_who_may_correct_what_and_when(
    town: Town, stage: Any, who: str, body: dict[str, Any], status: int
) -> None:
    case_no = stage(town)
    before = town.get("admin", f"/cases/{case_no}").json()
    assert town.post(who, f"/cases/{case_no}/correct", body).status_code == status
    if status != 200:
        assert town.get("admin", f"/cases/{case_no}").json() == before


# With others


def test_member_has_own_place_but_leads_track(town: Town) -> None:
    lead, member = dispatched(town), dispatched(town)
    town.do("dispatcher", member, "merge", lead=lead)
    town.do("dispatcher", member, "correct", place="上城区凯旋路")
    assert town.get("admin", f"/cases/{lead}").json()["location"]["text"] == "西湖区文三路"
    for case_no in (lead, member):
        answer = town.post("dispatcher", f"/cases/{case_no}/correct", {"kind": "praise"})
        assert answer.status_code == 409
        assert "拆出来" in answer.json()["error"]


def test_track_change_voids_a_closing_proposal(town: Town) -> None:
    case_no = accepted(town)
    with town.database.begin() as session:
        case = session.scalars(select(Case).where(Case.case_no == case_no)).one()
        case.resident.elder_mode = True
    town.do("handler", case_no, "resolve", outcome="solved", text="好了")
    assert town.get("admin", f"/cases/{case_no}").json()["closing"]
    case = town.do("dispatcher", case_no, "correct", kind="praise").json()
    assert (case["closing"], case["track"]) == (None, "praise")
    assert town.do("handler", case_no, "pass_on", text="转告了").json()["status"] == "closed"


# At the desk


def test_form_corrects_and_log_shows_both_values(town: Town, desk: Any) -> None:
    case_no, browser = registered(town), desk("dispatcher")
    page = browser.step(
        case_no, "correct", place="上城区凯旋路", kind="report", domain="民政", reason="问过"
    )
    assert "“更正”已完成" in page.text
    for line in ("地点：上城区凯旋路", "原来是：西湖区文三路", "类型：举报", "领域：民政"):
        assert line in page.text, line


def test_a_refused_form_keeps_what_was_typed(town: Town, desk: Any) -> None:
    case_no, browser = registered(town), desk("dispatcher")
    page = browser.step(case_no, "correct", domain="天文", kind="report", place='"><b>')
    assert page.status_code == 400
    assert "领域只能是" in page.text
    assert '<option value="report" selected>' in page.text
    assert "&#34;&gt;&lt;b&gt;" in page.text
    nothing = browser.step(case_no, "correct", reason="看看")
    assert "不一样才用改" in nothing.text


def test_only_dispatchers_are_offered_the_form(town: Town, desk: Any) -> None:
    case_no = dispatched(town)
    assert f"/{case_no}/correct" in desk("dispatcher").get(f"/cases/{case_no}").text
    assert f"/{case_no}/correct" not in desk("handler").get(f"/cases/{case_no}").text


def test_the_new_place_offers_other_units(town: Town, desk: Any) -> None:
    case_no = town.case()
    with town.database.begin() as session:
        case = session.scalars(select(Case).where(Case.case_no == case_no)).one()
        types = [{"code": "urban_management", "score": 0.6}]
        case.routing = {**case.routing, "unit_types": types}
    browser = desk("dispatcher")
    assert f'name="unit" value="{OTHER_UNIT}"' not in browser.get(f"/cases/{case_no}").text
    browser.step(case_no, "correct", place="上城区凯旋路")
    assert f'name="unit" value="{OTHER_UNIT}"' in browser.get(f"/cases/{case_no}").text
