"""The scheduler: sweeps once a minute, starts the jobs that are due and reports stuck work.

APScheduler is only the clock. Due times are columns, so a missed or repeated sweep does no harm.
"""

import logging
import time
from datetime import datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from backend import clock
from backend.attachments.storage import AttachmentFolder
from backend.cases.locking import remember_locked
from backend.cases.step import StepContext
from backend.cases.stepping import act
from backend.database import Database
from backend.deadlines.city import calendar
from backend.jobs import erase_recordings as recordings
from backend.jobs import job_runs, overdue_cases, recompute_deadlines, rollups
from backend.jobs.alerts import AlertJob
from backend.jobs.emergency_owners import assign_owners
from backend.jobs.follow_ups import bring_back
from backend.jobs.overdue_tasks import mark_tasks, mark_whistles
from backend.jobs.silent_chats import return_silent
from backend.jobs.topics import TopicJob
from backend.messaging import inbox
from backend.messaging.notices import retry_due_notices
from backend.models.cases import Case
from backend.privacy.retention import delete_old
from backend.ratings.notices import mark_late
from backend.vocabulary.actors import SYSTEM
from backend.vocabulary.case_lifecycle import Action, Status
from backend.vocabulary.step_details import MaybeReason

log = logging.getLogger(__name__)

CLOSES_UNRATED_AFTER = timedelta(days=7)
STUCK_AFTER = timedelta(minutes=2)
NIGHT_HOUR = 18  # UTC: two o'clock at night in China
BATCH = 500  # cases in one transaction
# Seconds that the lock is kept after a sweep begins: other processes' minute begins a little later,
# and APScheduler may start a job a second late.
OTHER_CLOCKS_BEGIN_WITHIN = 2.0
_SWEEP_LOCK = 8_240_003  # a PostgreSQL advisory lock


def start_scheduler(
    database: Database, folder: AttachmentFolder, *, keep_recordings: timedelta
) -> BackgroundScheduler:
    scheduler = BackgroundScheduler(timezone="UTC")
    # On the minute, not a minute after the start: all clocks try the lock at the same time.
    scheduler.add_job(run_sweep, "cron", second=0, args=[database], coalesce=True, max_instances=1)
    scheduler.add_job(
        erase_recordings, "interval", hours=1, args=[database, folder, keep_recordings],
        coalesce=True, max_instances=1,
    )  # fmt: skip
    alerts, topics = AlertJob(database), TopicJob(database)
    scheduler.add_job(
        lambda: alerts.run(clock.now()), "cron", second=45, coalesce=True, max_instances=1
    )
    for trigger, fully in (({"second": 15}, False), ({"hour": NIGHT_HOUR, "minute": 40}, True)):
        scheduler.add_job(
            lambda fully=fully: rollups.run(database, clock.now(), fully=fully), "cron", **trigger,
            coalesce=True, max_instances=1,
        )  # fmt: skip
    for trigger, fully in (({"second": 30}, False), ({"hour": NIGHT_HOUR, "minute": 10}, True)):
        scheduler.add_job(
            lambda fully=fully: topics.run(clock.now(), fully=fully), "cron", **trigger,
            coalesce=True, max_instances=1,
        )  # fmt: skip
    scheduler.start()
    return scheduler


def erase_recordings(database: Database, folder: AttachmentFolder, keep: timedelta) -> None:
    """Erase old recordings, and delete the rows whose time in the privacy register is over."""
    now, erased = clock.now(), recordings.BATCH
    try:
        with database.begin() as session:
            delete_old(session, now=now)
        while erased == recordings.BATCH:
            with database.begin() as session:
                erased = recordings.erase_old(session, folder, kept_since=now - keep, now=now)
        folder.purge()
        job_runs.note(database, "erase_recordings", clock.now())
    except OperationalError:
        log.warning("PostgreSQL is not reachable; recordings are erased in an hour")


def run_sweep(database: Database) -> None:
    """Sweep unless another clock does; several clocks may run."""
    started_at = time.monotonic()
    try:
        with database.begin() as alone:
            if alone.scalar(select(func.pg_try_advisory_xact_lock(_SWEEP_LOCK))):
                _sweep(database, clock.now())
                job_runs.note(database, "sweep", clock.now())
                time.sleep(max(0.0, started_at + OTHER_CLOCKS_BEGIN_WITHIN - time.monotonic()))
    except OperationalError:
        log.warning("PostgreSQL is not reachable; the next sweep will catch up")


def sweep(database: Database, now: datetime) -> None:
    """Do all that has become due by `now`; first by the calendar as it stands now.

    One sweep at a time: two would have to tell the same residents of different cases, and could
    wait for each other for ever. The second waits, and then finds nothing left to do.
    """
    with database.begin() as alone:
        alone.execute(select(func.pg_advisory_xact_lock(_SWEEP_LOCK)))
        _sweep(database, now)


def _sweep(database: Database, now: datetime) -> None:
    recompute_deadlines.recompute_if_corrected(database, calendar(), now=now)
    for job in (
        overdue_cases.escalate,
        mark_tasks,
        mark_whistles,
        mark_late,
        bring_back,
        _close_unrated,
        retry_due_notices,
        return_silent,
        assign_owners,
    ):
        while True:
            with database.begin() as session:
                if job(session, now, BATCH) < BATCH:
                    break
    with database.begin() as session:
        stuck = inbox.stuck(session, since=now - STUCK_AFTER)
    if stuck:
        log.error("messages wait for an answer", extra={"inbox_ids": stuck[:20]})


def _close_unrated(session: Session, now: datetime, most: int) -> int:
    """Close cases resolved a week ago and not rated; no rating is filled in."""
    unrated = session.scalars(
        select(Case)
        .where(Case.status == Status.RESOLVED, Case.resolved_at < now - CLOSES_UNRATED_AFTER)
        .limit(most)
        .with_for_update(key_share=True, skip_locked=True)
    ).all()
    remember_locked(session, unrated)
    for case in unrated:
        act(StepContext(session, case, SYSTEM, now, MaybeReason(Action.CLOSE, "七天未评价")))
    return len(unrated)
