"""Marks late tasks and whistles overdue, once, in the log; cases on hold are left out."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from backend.cases.step import StepContext
from backend.cases.stepping import note
from backend.models.cases import Case
from backend.models.joint_work import Task, WhistleResponse
from backend.vocabulary.actors import SYSTEM
from backend.vocabulary.case_lifecycle import Action, Status
from backend.vocabulary.step_details import ReasonOrText

Row = TypeVar("Row", Task, WhistleResponse)


def mark_tasks(session: Session, now: datetime, most: int) -> int:
    """Mark up to `most` late tasks; returns how many."""
    late = _late(session, Task, Task.ended_at, Task.resolve_by, now, most)
    for task in late:
        details = {"clock": "task", "task": task.id, "told": task.unit_code}
        _mark(session, task, "任务已经超过期限", details, now)
    return len(late)


def mark_whistles(session: Session, now: datetime, most: int) -> int:
    """Mark up to `most` unanswered whistles; returns how many."""
    late = _late(
        session,
        WhistleResponse,
        WhistleResponse.responded_at,
        WhistleResponse.respond_by,
        now,
        most,
    )
    for response in late:
        details = {"clock": "whistle", "whistle": response.whistle_id, "told": response.unit_code}
        _mark(session, response, "吹哨后没有按时报到", details, now)
    return len(late)


def _late(
    session: Session,
    table: type[Row],
    ended_at: InstrumentedAttribute[datetime | None],
    due_at: InstrumentedAttribute[datetime],
    now: datetime,
    most: int,
) -> Sequence[Row]:
    """Rows past their deadline, neither ended nor marked; locks them."""
    query = (
        select(table)
        .join(Case, Case.id == table.case_id)
        .where(
            ended_at.is_(None),
            table.overdue_at.is_(None),
            due_at < now,
            Case.status != Status.ON_HOLD,
        )
        .limit(most)
    )
    lock = query.with_for_update(key_share=True, skip_locked=True, of=table)
    return session.scalars(lock).all()


def _mark(
    session: Session,
    row: Task | WhistleResponse,
    reason: str,
    event_details: dict[str, object],
    now: datetime,
) -> None:
    row.overdue_at = now
    case, details = session.get_one(Case, row.case_id), ReasonOrText(Action.OVERDUE, reason)
    note(StepContext(session, case, SYSTEM, now, details, event_details))
