"""Once a minute: remind before a deadline, mark what is late, and find what is stuck.

APScheduler is only the clock. Due times are columns, so a sweep that is missed, or runs twice,
does no harm.
"""

import logging
from datetime import datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from backend import clock
from backend.cases import recordings
from backend.cases.lifecycle import OPEN, Action, Status
from backend.cases.models import Case
from backend.cases.service import SYSTEM, act, calendar, note
from backend.cases.steps import Details
from backend.database import Database
from backend.deadlines.rules import remind_from
from backend.messaging import inbox
from backend.messaging.attachments import AttachmentFolder

log = logging.getLogger(__name__)

CLOSES_UNRATED_AFTER = timedelta(days=7)
STUCK_AFTER = timedelta(minutes=2)
BATCH = 500  # cases in one transaction
CLOCK_STOPPED = frozenset({Status.ON_HOLD})


def start_scheduler(
    database: Database, folder: AttachmentFolder, *, keep_recordings: timedelta
) -> BackgroundScheduler:
    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.add_job(
        run_sweep, "interval", minutes=1, args=[database], coalesce=True, max_instances=1
    )
    scheduler.add_job(
        erase_recordings, "interval", hours=1, args=[database, folder, keep_recordings],
        coalesce=True, max_instances=1,
    )  # fmt: skip
    scheduler.start()
    return scheduler


def erase_recordings(database: Database, folder: AttachmentFolder, keep: timedelta) -> None:
    now, erased = clock.now(), recordings.BATCH
    try:
        while erased == recordings.BATCH:
            with database.begin() as session:
                erased = recordings.erase_old(session, folder, kept_since=now - keep, now=now)
    except OperationalError:
        log.warning("PostgreSQL is not reachable; recordings are erased in an hour")


def run_sweep(database: Database) -> None:
    try:
        sweep(database, clock.now())
    except OperationalError:
        log.warning("PostgreSQL is not reachable; the next sweep will catch up")


def sweep(database: Database, now: datetime) -> None:
    """Do all that has become due by `now`."""
    for step in (_remind, _mark_overdue, _close_unrated):
        while True:
            with database.begin() as session:
                if step(session, now) < BATCH:
                    break
    with database.begin() as session:
        stuck = inbox.stuck(session, since=now - STUCK_AFTER)
    if stuck:
        log.error("messages wait for an answer", extra={"inbox_ids": stuck[:20]})


def _remind(session: Session, now: datetime) -> int:
    """Remind units of cases that are due on the next working day."""
    horizon = now + timedelta(days=15)  # the longest holiday and its weekends
    due = _open_cases(session, Case.reminded_at.is_(None), Case.resolve_by.between(now, horizon))
    reminded = [case for case in due if remind_from(case.resolve_by, calendar()) <= now]
    for case in reminded:
        case.reminded_at = now
        note(session, case, Action.REMIND, SYSTEM, Details(reason="即将到期"), now=now)
    return len(reminded)


def _mark_overdue(session: Session, now: datetime) -> int:
    late = _open_cases(session, Case.overdue_at.is_(None), Case.resolve_by < now)
    for case in late:
        case.overdue_at = now
        note(session, case, Action.OVERDUE, SYSTEM, Details(), now=now)
    return len(late)


def _open_cases(session: Session, *conditions) -> list[Case]:  # type: ignore[no-untyped-def]
    running = [status for status in OPEN if status not in CLOCK_STOPPED]
    return list(
        session.scalars(
            select(Case)
            .where(Case.status.in_(running), *conditions)
            .order_by(Case.resolve_by)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
    )


def _close_unrated(session: Session, now: datetime) -> int:
    """Close what was resolved a week ago and not rated; no rating is filled in for anybody."""
    silent = session.scalars(
        select(Case)
        .where(Case.status == Status.RESOLVED, Case.resolved_at < now - CLOSES_UNRATED_AFTER)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    for case in silent:
        act(session, case, Action.CLOSE, SYSTEM, Details(reason="七天未评价"), now=now)
    return len(silent)
