"""After the calendar was corrected: the deadlines of all open cases, by the new one.

What moved is logged with both times. It may be stopped anywhere and begun again: a case that was
done already does not move a second time.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.cases.due_times import happened, set_due_times
from backend.cases.step import Details
from backend.cases.stepping import SYSTEM, note
from backend.cases.task_due_times import set_joint_due_times, with_joint_work
from backend.database import Database
from backend.deadlines.rules import Calendar
from backend.models.calendars import CalendarVersion
from backend.models.cases import Case
from backend.vocabulary.case_lifecycle import OPEN, Action

log = logging.getLogger(__name__)

BATCH = 500
_WHY = Details(reason="工作日历更正，期限重新计算")
_DUE = ("sign_by", "respond_by", "resolve_by", "total_resolve_by")


@dataclass(frozen=True)
class Recomputed:
    cases: int
    moved: int


def if_corrected(database: Database, calendar: Calendar, *, now: datetime) -> Recomputed | None:
    """Recompute when this calendar was not used before; None when it was."""
    with database.begin() as session:
        newest = session.scalar(
            select(CalendarVersion.version).order_by(CalendarVersion.id.desc()).limit(1)
        )
    if newest == calendar.version:
        return None
    return recompute(database, calendar, now=now)


def recompute(database: Database, calendar: Calendar, *, now: datetime) -> Recomputed:
    seen = moved = last = 0
    while True:
        with database.begin() as session:
            cases = _open_after(session, last)
            moved += _recompute(session, cases, calendar, now)
        if not cases:
            break
        seen, last = seen + len(cases), cases[-1].id
    with database.begin() as session:
        session.add(CalendarVersion(version=calendar.version, at=now, cases=seen, moved=moved))
    log.info("deadlines recomputed", extra={"cases": seen, "moved": moved})
    return Recomputed(seen, moved)


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
    logs, moved = happened(session, cases), 0
    joint = with_joint_work(session, logs)
    for case in cases:
        before = {name: getattr(case, name) for name in _DUE}
        set_due_times(case, logs[case.id], calendar)
        if case.id in joint:
            set_joint_due_times(session, case, logs[case.id], calendar)
        changes = {
            name: [_iso(old), _iso(getattr(case, name))]
            for name, old in before.items()
            if old != getattr(case, name)
        }
        if changes:
            moved += 1
            found = {"calendar": calendar.version, "moved": changes}
            note(session, case, Action.RECOMPUTE, SYSTEM, _WHY, now=now, found=found)
    return moved


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None
