"""Lengths and ages of the work queues, over all processes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from backend.models.jobs import JobRun
from backend.models.messages import Delivery, FileJob, InboxMessage, OutboxMessage, Stage


@dataclass(frozen=True)
class Queue:
    waiting: int
    oldest_seconds: float  # since the oldest piece of work is due; 0 when nothing waits


@dataclass(frozen=True)
class Figures:
    queues: Mapping[str, Queue]
    outbox: Mapping[str, int]  # rows by their delivery, `sent` left out: they are history
    job_ages: Mapping[str, float]  # seconds since each clock's job has ended
    clock_difference: float  # this process's clock minus PostgreSQL's, in seconds


def figures(session: Session, now: datetime) -> Figures:
    """Cheap enough for every scrape: each count reads a partial index."""
    inbox = InboxMessage.done_at.is_(None)
    fetch, hear = (FileJob.stage == stage for stage in (Stage.FETCH, Stage.HEAR))
    push = (OutboxMessage.status == Delivery.PENDING) & (OutboxMessage.due_at <= now)
    queues = {
        "turns": _queue(session, InboxMessage.received_at, inbox, now),
        "files": _queue(session, FileJob.due_at, fetch, now),
        "voices": _queue(session, FileJob.due_at, hear, now),
        "push": _queue(session, OutboxMessage.due_at, push, now),
    }
    difference = (now - session.scalars(select(func.clock_timestamp())).one()).total_seconds()
    return Figures(queues, _outbox(session), _job_ages(session, now), difference)


def _queue(
    session: Session,
    since: InstrumentedAttribute[datetime],
    waits: ColumnElement[bool],
    now: datetime,
) -> Queue:
    count, oldest = session.execute(select(func.count(), func.min(since)).where(waits)).one()
    return Queue(count, max(0.0, (now - oldest).total_seconds()) if oldest else 0.0)


def _outbox(session: Session) -> dict[str, int]:
    counts = dict.fromkeys((it.value for it in Delivery if it is not Delivery.SENT), 0)
    query = (
        select(OutboxMessage.status, func.count().label("rows"))
        .where(OutboxMessage.status != Delivery.SENT)
        .group_by(OutboxMessage.status)
    )
    return counts | {row.status: row.rows for row in session.execute(query)}


def _job_ages(session: Session, now: datetime) -> dict[str, float]:
    rows = session.execute(select(JobRun.job, JobRun.ended_at))
    return {job: (now - ended_at).total_seconds() for job, ended_at in rows}
