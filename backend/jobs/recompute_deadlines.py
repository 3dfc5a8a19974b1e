"""Recomputes the deadlines of all open cases after a correction of the calendar.

Each moved deadline is logged with its old and new time. The job may stop anywhere and start again:
a case that is done does not move a second time.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.cases.due_times import load_clock_events, set_due_times
from backend.cases.step import StepContext
from backend.cases.stepping import note
from backend.cases.task_due_times import set_joint_due_times, with_joint_work
from backend.database import Database
from backend.deadlines.rules import Calendar
from backend.models.calendars import CalendarVersion
from backend.models.cases import Case
from backend.vocabulary.actors import SYSTEM
from backend.vocabulary.case_lifecycle import OPEN, Action
from backend.vocabulary.step_details import WithReason

log = logging.getLogger(__name__)

BATCH = 500
_REASON = WithReason(Action.RECOMPUTE, "工作日历更正，期限重新计算")
_DEADLINES = ("sign_by", "respond_by", "resolve_by", "total_resolve_by")


@dataclass(frozen=True)
class Recomputed:
    cases: int
    moved: int  # cases with a changed deadline


def recompute_if_corrected(
    database: Database, calendar: Calendar, *, now: datetime
) -> Recomputed | None:
    """Recompute when the calendar differs from the one last used; None when it does not."""
    with database.begin() as session:
        newest = session.scalar(
            select(CalendarVersion.version).order_by(CalendarVersion.id.desc()).limit(1)
        )
    if newest == calendar.version:
        return None
    return recompute(database, calendar, now=now)


def recompute(database: Database, calendar: Calendar, *, now: datetime) -> Recomputed:
    """Recompute all open cases in batches and record the calendar as used."""
    checked = moved = last = 0
    while True:
        with database.begin() as session:
            cases = _open_after(session, last)
            moved += _recompute(session, cases, calendar, now)
        if not cases:
            break
        checked, last = checked + len(cases), cases[-1].id
    with database.begin() as session:
        session.add(CalendarVersion(version=calendar.version, at=now, cases=checked, moved=moved))
    log.info("deadlines recomputed", extra={"cases": checked, "moved": moved})
    return Recomputed(checked, moved)


def _open_after(session: Session, last: int) -> list[Case]:
    return list(
        session.scalars(
            select(Case)
            .where(Case.status.in_(OPEN), Case.id > last)
            .order_by(Case.id)
            .limit(BATCH)
            .with_for_update(key_share=True)
        )
    )


def _recompute(session: Session, cases: list[Case], calendar: Calendar, now: datetime) -> int:
    logs, moved = load_clock_events(session, cases), 0
    with_work = with_joint_work(session, logs)
    for case in cases:
        before = {name: getattr(case, name) for name in _DEADLINES}
        set_due_times(case, logs[case.id], calendar)
        if case.id in with_work:
            set_joint_due_times(session, case, logs[case.id], calendar)
        changes = {
            name: [_utc_text(old), _utc_text(getattr(case, name))]
            for name, old in before.items()
            if old != getattr(case, name)
        }
        if changes:
            moved += 1
            step = StepContext(session, case, SYSTEM, now, _REASON)
            step.event_details.update(calendar=calendar.version, moved=changes)
            note(step)
    return moved


def _utc_text(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None
