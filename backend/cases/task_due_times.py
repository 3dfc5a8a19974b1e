"""The clocks of tasks and whistles: a hold of the case stops them, a corrected calendar moves them.

A task that was given no days of its own has the case's deadline, wherever that goes.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.deadlines.city import time_limits
from backend.deadlines.clocks import Happened
from backend.deadlines.rules import Calendar, deadline
from backend.deadlines.working_time import later, worked
from backend.models.cases import Case, CaseEvent
from backend.models.joint_work import Task, WhistleResponse
from backend.vocabulary.case_lifecycle import Action

_GOES_ON = frozenset({Action.RESUME, Action.RELEASE})
# Steps of a case after which the deadlines of its tasks and whistles may be others.
MOVES_JOINT = _GOES_ON | {Action.EXTEND}


def with_joint_work(session: Session, case_ids: Iterable[int]) -> set[int]:
    """Those of the cases that have tasks or whistles still running."""
    ids = list(case_ids)
    tasks = select(Task.case_id).where(Task.case_id.in_(ids), Task.ended_at.is_(None))
    waiting = select(WhistleResponse.case_id).where(
        WhistleResponse.case_id.in_(ids), WhistleResponse.responded_at.is_(None)
    )
    return set(session.scalars(tasks.union(waiting)))


def set_joint_due_times(
    session: Session, case: Case, log: Sequence[Happened], calendar: Calendar
) -> None:
    """Of what still runs, by the case's own log and its deadline as it is now."""
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
    begun = _begun(session, case)
    for task in tasks:
        due = _task_due(begun["task", task.id], case.resolve_by, log, calendar)
        task.resolve_by, task.overdue_at = due, _still_late(task.overdue_at, due)
    for response in waiting:
        raised = begun["whistle", response.whistle_id]
        hours = timedelta(hours=raised.details.get("report_in", time_limits().report_in))
        due = later(raised.at, hours + stood(log, raised.at, calendar), calendar)
        response.respond_by, response.overdue_at = due, _still_late(response.overdue_at, due)


def _begun(session: Session, case: Case) -> dict[tuple[str, int], Happened]:
    """By what it began: a task that was handed over began once."""
    rows = session.execute(
        select(CaseEvent.action, CaseEvent.at, CaseEvent.details)
        .where(
            CaseEvent.case_id == case.id,
            CaseEvent.action.in_((Action.ADD_TASK, Action.RAISE_WHISTLE)),
        )
        .order_by(CaseEvent.id)
    )
    found: dict[tuple[str, int], Happened] = {}
    for action, at, details in rows:
        what = "task" if action == Action.ADD_TASK else "whistle"
        found.setdefault((what, details[what]), Happened(Action(action), at, details))
    return found


def _task_due(
    added: Happened, latest: datetime, log: Sequence[Happened], calendar: Calendar
) -> datetime:
    days = added.details.get("days")
    if days is None:
        return latest
    own = deadline(added.at, days, calendar)
    return min(latest, later(own, stood(log, added.at, calendar), calendar))


def stood(log: Sequence[Happened], since: datetime, calendar: Calendar) -> timedelta:
    """Working time that the case has been on hold since then, a hold that goes on left out."""
    total, held_at = timedelta(0), None
    for event in log:
        if event.action is Action.HOLD:
            held_at = max(event.at, since)
        elif event.action in _GOES_ON and held_at is not None:
            total, held_at = total + worked(held_at, event.at, calendar), None
    return total


def _still_late(marked: datetime | None, due: datetime) -> datetime | None:
    """The mark, unless the deadline is after it now."""
    return None if marked is None or marked < due else marked
