"""Marks late tasks and whistles overdue, once, in the log; cases on hold are left out."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.cases.step import Details, StepContext
from backend.cases.stepping import note
from backend.models.cases import Case
from backend.models.joint_work import Task, WhistleResponse
from backend.vocabulary.actors import SYSTEM
from backend.vocabulary.case_lifecycle import Action, Status


def mark_tasks(session: Session, now: datetime, most: int) -> int:
    """Mark up to `most` late tasks; returns how many."""
    late = session.scalars(
        select(Task)
        .join(Case, Case.id == Task.case_id)
        .where(
            Task.ended_at.is_(None),
            Task.overdue_at.is_(None),
            Task.resolve_by < now,
            Case.status != Status.ON_HOLD,
        )
        .limit(most)
        .with_for_update(key_share=True, skip_locked=True, of=Task)
    ).all()
    for task in late:
        details = {"clock": "task", "task": task.id, "told": task.unit_code}
        _mark(session, task, "任务已经超过期限", details, now)
    return len(late)


def mark_whistles(session: Session, now: datetime, most: int) -> int:
    """Mark up to `most` unanswered whistles; returns how many."""
    late = session.scalars(
        select(WhistleResponse)
        .join(Case, Case.id == WhistleResponse.case_id)
        .where(
            WhistleResponse.responded_at.is_(None),
            WhistleResponse.overdue_at.is_(None),
            WhistleResponse.respond_by < now,
            Case.status != Status.ON_HOLD,
        )
        .limit(most)
        .with_for_update(key_share=True, skip_locked=True, of=WhistleResponse)
    ).all()
    for response in late:
        details = {"clock": "whistle", "whistle": response.whistle_id, "told": response.unit_code}
        _mark(session, response, "吹哨后没有按时报到", details, now)
    return len(late)


def _mark(
    session: Session,
    row: Task | WhistleResponse,
    reason: str,
    event_details: dict[str, object],
    now: datetime,
) -> None:
    row.overdue_at = now
    case, details = session.get_one(Case, row.case_id), Details(reason=reason)
    note(StepContext(session, case, Action.OVERDUE, SYSTEM, now, details, event_details))
