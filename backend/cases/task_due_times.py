"""Deadlines of tasks and whistles: a hold of the case stops them, a corrected calendar moves them.

A task without days of its own always has the case's deadline.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.deadlines.city import time_limits
from backend.deadlines.clocks import ClockEvent
from backend.deadlines.rules import Calendar, deadline
from backend.deadlines.working_time import add_working_time, working_time
from backend.models.cases import Case, CaseEvent
from backend.models.joint_work import Task, WhistleResponse
from backend.vocabulary.case_lifecycle import Action

_ENDS_HOLD = frozenset({Action.RESUME, Action.RELEASE})
# Steps of a case that may move the deadlines of its tasks and whistles.
MOVES_JOINT = _ENDS_HOLD | {Action.EXTEND, Action.CORRECT}


def with_joint_work(session: Session, case_ids: Iterable[int]) -> set[int]:
    """Ids of the cases that have open tasks or unanswered whistles."""
    ids = list(case_ids)
    tasks = select(Task.case_id).where(Task.case_id.in_(ids), Task.ended_at.is_(None))
    waiting = select(WhistleResponse.case_id).where(
        WhistleResponse.case_id.in_(ids), WhistleResponse.responded_at.is_(None)
    )
    return set(session.scalars(tasks.union(waiting)))


def set_joint_due_times(
    session: Session, case: Case, events: Sequence[ClockEvent], calendar: Calendar
) -> None:
    """Set the deadlines of open tasks and unanswered whistles from the case's clock events."""
    tasks = session.scalars(
        select(Task).where(Task.case_id == case.id, Task.ended_at.is_(None))
    ).all()
    waiting = session.scalars(
        select(WhistleResponse).where(
            WhistleResponse.case_id == case.id, WhistleResponse.responded_at.is_(None)
        )
    ).all()
    if not tasks and not waiting:
        return
    starts = _start_events(session, case)
    for task in tasks:
        due = _task_due(starts["task", task.id], case.resolve_by, events, calendar)
        task.resolve_by, task.overdue_at = due, _still_overdue(task.overdue_at, due)
    for response in waiting:
        raised = starts["whistle", response.whistle_id]
        hours = timedelta(hours=raised.details.get("report_in", time_limits().report_in))
        hold = time_on_hold(events, raised.at, calendar)
        due = add_working_time(raised.at, hours + hold, calendar)
        response.respond_by, response.overdue_at = due, _still_overdue(response.overdue_at, due)


def _start_events(session: Session, case: Case) -> dict[tuple[str, int], ClockEvent]:
    """("task" or "whistle", its id) -> its first event; a handover repeats the event."""
    rows = session.execute(
        select(CaseEvent.action, CaseEvent.at, CaseEvent.details)
        .where(
            CaseEvent.case_id == case.id,
            CaseEvent.action.in_((Action.ADD_TASK, Action.RAISE_WHISTLE)),
        )
        .order_by(CaseEvent.id)
    )
    starts: dict[tuple[str, int], ClockEvent] = {}
    for action, at, details in rows:
        subject = "task" if action == Action.ADD_TASK else "whistle"
        starts.setdefault((subject, details[subject]), ClockEvent(Action(action), at, details))
    return starts


def _task_due(
    added: ClockEvent, latest: datetime, events: Sequence[ClockEvent], calendar: Calendar
) -> datetime:
    days = added.details.get("days")
    if days is None:
        return latest
    without_holds = deadline(added.at, days, calendar)
    hold = time_on_hold(events, added.at, calendar)
    return min(latest, add_working_time(without_holds, hold, calendar))


def time_on_hold(events: Sequence[ClockEvent], since: datetime, calendar: Calendar) -> timedelta:
    """Working time of the case's holds since then; a hold that has not ended does not count."""
    total, held_at = timedelta(0), None
    for event in events:
        if event.action is Action.HOLD:
            held_at = max(event.at, since)
        elif event.action in _ENDS_HOLD and held_at is not None:
            total, held_at = total + working_time(held_at, event.at, calendar), None
    return total


def _still_overdue(overdue_at: datetime | None, due: datetime) -> datetime | None:
    """The overdue mark, unless the deadline has moved past it."""
    return None if overdue_at is None or overdue_at < due else overdue_at
