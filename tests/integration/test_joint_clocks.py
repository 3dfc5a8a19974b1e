"""Tasks and whistles stand still with their case, and move with its deadline and the calendar."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.database import Database
from backend.deadlines.city import calendar
from backend.deadlines.working_time import working_time
from backend.jobs import recompute_deadlines
from backend.jobs.scheduler import sweep
from backend.joint.service import take as take_joint
from backend.models.cases import Case, CaseEvent
from backend.models.joint_work import Task, WhistleResponse
from backend.models.units import Unit
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.step_details import AddTask, CancelTask, RaiseWhistle
from tests.support.builders import NOON, a_dispatched_case, a_staff_step, an_accepted_case, take

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
HELPER = "330102-urban_management"


def with_a_task(session: Session, *, days: int | None) -> tuple[Case, Task]:
    case = an_accepted_case(session)
    add = AddTask(unit=HELPER, text="看一下这头", days=days)
    take_joint(a_staff_step(session, case, add))
    return case, session.scalars(select(Task)).one()


def with_a_whistle(session: Session) -> tuple[Case, WhistleResponse]:
    case = a_dispatched_case(session)
    street = select(Unit).where(Unit.code.startswith("330106"), Unit.tier == "street").limit(1)
    case.unit = session.scalars(street).one()
    case.unit_code = case.unit.code
    session.flush()
    take(session, case, Action.ACCEPT)
    summon = RaiseWhistle(reason="一起到现场", units=(HELPER,))
    take_joint(a_staff_step(session, case, summon))
    return case, session.scalars(select(WhistleResponse)).one()


def held(session: Session, case: Case, begin: datetime, end: datetime) -> None:
    take(session, case, Action.HOLD, now=begin)
    take(session, case, Action.RESUME, now=end)


def marks(database: Database, clock: str) -> int:
    with database.begin() as session:
        rows = session.scalars(select(CaseEvent).where(CaseEvent.action == Action.OVERDUE))
        return sum(event.details["clock"] == clock for event in rows)


@pytest.mark.parametrize("days", [None, 1])
def test_task_clock_stops_while_case_on_hold(database: Database, days: int | None) -> None:
    with database.begin() as session:
        case, task = with_a_task(session, days=days)
        before = task.resolve_by
        held(session, case, NOON + HOUR, NOON + 2 * DAY)
        stood = working_time(NOON + HOUR, NOON + 2 * DAY, calendar())
        assert working_time(before, task.resolve_by, calendar()) == stood > timedelta(0)
        assert (task.resolve_by == case.resolve_by) == (days is None)


def test_a_whistle_stands_still_with_its_case(database: Database) -> None:
    with database.begin() as session:
        case, response = with_a_whistle(session)
        before = response.respond_by
        held(session, case, NOON + HOUR, NOON + 2 * DAY)
        assert response.respond_by > before + DAY


def test_nobody_is_late_while_case_on_hold(database: Database) -> None:
    with database.begin() as session:
        case, _ = with_a_task(session, days=1)
        take(session, case, Action.HOLD, now=NOON + HOUR)
    sweep(database, NOON + 20 * DAY)
    assert marks(database, "task") == 0
    with database.begin() as session:
        take(session, session.get_one(Case, case.id), Action.RESUME, now=NOON + 20 * DAY)
    sweep(database, NOON + 20 * DAY)
    assert marks(database, "task") == 0
    sweep(database, NOON + 25 * DAY)
    assert marks(database, "task") == 1


def test_task_without_own_days_follows_an_extension(database: Database) -> None:
    with database.begin() as session:
        case, task = with_a_task(session, days=None)
        take(session, case, Action.EXTEND)
        assert task.resolve_by == case.resolve_by


def test_corrected_calendar_moves_tasks_whistles_and_late_marks(
    database: Database,
) -> None:
    typhoon = replace(calendar(), overrides={date(2026, 11, 24): False})
    with database.begin() as session:
        _, task = with_a_task(session, days=1)
        _, response = with_a_whistle(session)
    due, respond_by = task.resolve_by, response.respond_by
    sweep(database, due + timedelta(minutes=1))
    assert (marks(database, "task"), marks(database, "whistle")) == (1, 1)
    recompute_deadlines.recompute(database, typhoon, now=due + HOUR)
    with database.begin() as session:
        task, response = (
            session.get_one(Task, task.id),
            session.get_one(WhistleResponse, response.id),
        )
        assert (task.resolve_by, task.overdue_at) == (due + DAY, None)
        assert (response.respond_by, response.overdue_at) == (respond_by + DAY, None)


def test_what_has_ended_stays_as_it_was(database: Database) -> None:
    with database.begin() as session:
        case, task = with_a_task(session, days=1)
        cancel = CancelTask(task=task.id, reason="不用了")
        take_joint(a_staff_step(session, case, cancel))
        before = task.resolve_by
        held(session, case, NOON + HOUR, NOON + 2 * DAY)
        assert task.resolve_by == before
