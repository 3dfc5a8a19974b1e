"""Clocks over the real services: contact, extensions, a corrected calendar, what the sweep does."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from backend.cases import queries
from backend.cases.step import StepContext
from backend.cases.stepping import note, note_once
from backend.clock import SHANGHAI
from backend.database import Database
from backend.deadlines.city import Reread, calendar
from backend.deadlines.rules import Calendar
from backend.errors import Conflict
from backend.jobs import recompute_deadlines
from backend.jobs.scheduler import sweep
from backend.models.cases import Case, CaseEvent
from backend.models.messages import OutboxMessage
from backend.vocabulary.actors import RESIDENT, SYSTEM
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.step_details import AskExtension, Contact, Extend, MaybeText
from tests.support.builders import NOON, a_conversation, a_dispatched_case, an_accepted_case, take
from tests.support.staff_app import Town
from tests.support.stages import accepted, extension_asked

DAY = timedelta(days=1)
TYPHOON = {date(2026, 11, 25): False}


def facts(database: Database, *actions: Action) -> list[tuple[str, Any, Any]]:
    with database.begin() as session:
        rows = session.scalars(
            select(CaseEvent).where(CaseEvent.action.in_(actions)).order_by(CaseEvent.id)
        )
        return [(row.action, row.details.get("clock"), row.details.get("told")) for row in rows]


def fresh(database: Database, case: Case) -> Case:
    with database.begin() as session:
        return session.get_one(Case, case.id)


def test_a_late_case_climbs_the_tree(database: Database) -> None:
    with database.begin() as session:
        case = a_dispatched_case(session)
    sweep(database, case.resolve_by + 8 * DAY)
    climbed = facts(database, Action.SUPERVISE, Action.ESCALATE)
    assert climbed == [
        ("supervise", "resolve", "330106-government"),
        ("escalate", "resolve", "330106-government"),
        ("escalate", "resolve", "HZ-12345"),
    ]
    marks = facts(database, Action.OVERDUE)
    assert [clock for _, clock, _ in marks] == ["sign", "respond", "resolve"]
    sweep(database, case.resolve_by + 90 * DAY)
    assert facts(database, Action.SUPERVISE, Action.ESCALATE) == climbed
    assert fresh(database, case).next_due_at is None


def test_the_resident_hears_of_supervision_once(database: Database) -> None:
    with database.begin() as session:
        case = a_dispatched_case(session)
        before = len(session.scalars(select(OutboxMessage.id)).all())
    sweep(database, case.resolve_by + 8 * DAY)
    with database.begin() as session:
        rows = session.scalars(select(OutboxMessage.text).order_by("id")).all()[before:]
    assert len(rows) == 1
    assert "西湖区综合行政执法局" in rows[0]


def test_accepting_is_no_contact_but_a_call_is(database: Database) -> None:
    with database.begin() as session:
        case = an_accepted_case(session)
        assert case.responded_at is None
        called = Contact(text="电话里约了周三上门")
        for hours in (1, 2):
            at = NOON + timedelta(hours=hours)
            note(StepContext(session, case, SYSTEM, at, called))
        assert case.responded_at == NOON + timedelta(hours=1)
    sweep(database, case.respond_by + DAY)
    assert [clock for _, clock, _ in facts(database, Action.OVERDUE)] == []


def test_staff_replies_are_contact_and_bot_replies_not(town: Town) -> None:
    talk = town.conversation()
    case_no = town.case(conversation_id=talk)
    town.queue(talk)
    assert town.get("dispatcher", f"/cases/{case_no}").json()["responded_at"] is None
    town.post("dispatcher", f"/conversations/{talk}/claim")
    assert town.get("dispatcher", f"/cases/{case_no}").json()["responded_at"] is None
    for words in ("您请说", "我记下了"):
        town.post("dispatcher", f"/conversations/{talk}/reply", {"text": words})
    case = town.get("dispatcher", f"/cases/{case_no}").json()
    assert case["responded_at"]
    assert [event["action"] for event in case["events"]].count("contact") == 1


def test_accepting_with_a_message_is_contact(town: Town, desk: Any) -> None:
    case_no = accepted(town)
    assert town.get("handler", f"/cases/{case_no}").json()["responded_at"] is None
    other = town.case(unit="330106-urban_management")
    page = desk("handler").step(other, "accept", text="打过电话，说好周三去看")
    assert "按期联系" in page.text


def test_an_extension_is_asked_then_approved(town: Town, desk: Any) -> None:
    case_no = extension_asked(town)
    case = town.get("handler", f"/cases/{case_no}").json()
    assert case["extension_asked"]["days"] == 5
    assert case["events"][-1]["action"] == "ask_extension"
    before = case["resolve_by"]
    page = desk("supervisor").get(f"/cases/{case_no}").text
    assert "单位申请延期 5 个工作日（要开挖），等审批" in page
    done = desk("supervisor").step(case_no, "extend").text
    assert "“延期”已完成，市民会收到消息。" in done
    after = town.get("handler", f"/cases/{case_no}").json()
    assert after["resolve_by"] > before
    assert after["extension_asked"] is None
    assert after["events"][-1]["details"]["reason"] == "要开挖"
    again = town.post("handler", f"/cases/{case_no}/extend", {"reason": "x", "days": 3})
    assert (again.status_code, again.json()["error"]) == (409, "只能延期一次")


def test_refused_extension_moves_nothing_and_allows_another_request(town: Town) -> None:
    case_no = extension_asked(town)
    before = town.get("handler", f"/cases/{case_no}").json()["resolve_by"]
    town.do("dispatcher", case_no, "refuse_extension", reason="三天够了")
    case = town.do("handler", case_no, "extend", reason="要开挖", days=3).json()
    assert (case["resolve_by"], case["extension_asked"]["days"]) == (before, 3)


def test_late_request_is_refused_but_late_approval_counts(database: Database) -> None:
    details = AskExtension(reason="要开挖", days=2)
    with database.begin() as session:
        late = an_accepted_case(session)
        after = late.resolve_by + timedelta(seconds=1)
        with pytest.raises(Conflict, match="已经过了办结期限，不能再申请延期"):
            note(StepContext(session, late, SYSTEM, after, details))
        case = an_accepted_case(session)
        due = case.resolve_by
        note(StepContext(session, case, SYSTEM, due, details))
        take(session, case, Extend(), now=due + timedelta(hours=2))
        assert case.resolve_by > due


def test_corrected_calendar_moves_open_cases_and_lists_changes(
    database: Database,
) -> None:
    with database.begin() as session:
        case, held = a_dispatched_case(session), an_accepted_case(session)
        settled = an_accepted_case(session)
        take(session, settled, Action.RESOLVE)
        take(session, held, Action.HOLD)
    before, typhoon = case.resolve_by, replace(calendar(), overrides=TYPHOON)
    sweep(database, NOON)  # by the calendar that was there
    done = recompute_deadlines.recompute_if_corrected(database, typhoon, now=NOON)
    assert done == recompute_deadlines.Recomputed(2, 2)
    moved = fresh(database, case)
    assert moved.resolve_by == before + DAY
    assert fresh(database, settled).resolve_by == settled.resolve_by
    with database.begin() as session:
        event = session.scalars(
            select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.action == "recompute")
        ).one()
        old, new = (datetime.fromisoformat(at) for at in event.details["moved"]["resolve_by"])
        assert (old, new) == (before, before + DAY)
        assert event.details["calendar"] == typhoon.version
        rows = session.scalars(
            select(OutboxMessage.text).where(OutboxMessage.dedupe_key == f"event:{event.id}")
        ).one()
        assert f"{moved.resolve_by.astimezone(SHANGHAI).day}日前办结" in rows
    assert recompute_deadlines.recompute_if_corrected(database, typhoon, now=NOON) is None
    assert recompute_deadlines.recompute(database, typhoon, now=NOON).moved == 0


def test_corrected_calendar_can_clear_a_late_mark(database: Database) -> None:
    with database.begin() as session:
        case = a_dispatched_case(session)
    late = case.resolve_by + timedelta(hours=1)
    sweep(database, late)
    assert fresh(database, case).overdue_at == late
    recompute_deadlines.recompute(database, replace(calendar(), overrides=TYPHOON), now=late)
    assert fresh(database, case).overdue_at is None


def test_a_file_that_cannot_be_read_changes_nothing(
    tmp_path: Any, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "calendar.csv"
    file.write_text("date,working,note\n2026-11-25,0,\n", encoding="utf-8")
    days = Reread(file, Calendar.load)
    assert days().overrides == TYPHOON
    file.write_text("date,working,note\n2026-11-26,wrong,\n", encoding="utf-8")
    assert days().overrides == TYPHOON
    assert "line 2" in caplog.text
    file.write_text("date,working,note\n2026-11-26,0,\n", encoding="utf-8")
    assert days().overrides == {date(2026, 11, 26): False}


def test_chases_are_counted_and_the_unit_sees_them(town: Town, desk: Any) -> None:
    case_no = town.case(unit="330106-urban_management")
    with town.database.begin() as session:
        case = queries.by_number(session, case_no)
        for number in (1, 2, 2):
            details = MaybeText(Action.CHASE, "还没来")
            note_once(StepContext(session, case, RESIDENT, NOON, details), number)
    assert town.get("handler", f"/cases/{case_no}").json()["chases"] == 2
    assert "市民催了 2 次" in desk("handler").get(f"/cases/{case_no}").text
    assert "催了 2 次" in desk("handler").get("/cases?tab=to-accept").text


def test_registering_keeps_the_limits_with_the_case(database: Database) -> None:
    with database.begin() as session:
        case = a_dispatched_case(session, a_conversation(session))
        limits = case.events[0].details["limits"]
    assert set(limits) == {"respond_days", "resolve_days", "reopened_days", "owes"}
