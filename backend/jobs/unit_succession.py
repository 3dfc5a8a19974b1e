"""Hands over the open work of a unit that has ended.

Cases and tasks go to its successor, or to the dispatcher; whistles and notices of low ratings go
to its successor, or to the unit above.
"""

from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from backend.cases.step import StepContext
from backend.cases.stepping import act, note
from backend.models.cases import Case
from backend.models.joint_work import Task, Whistle, WhistleResponse
from backend.models.ratings import LowRatingNotice
from backend.models.units import Unit
from backend.vocabulary.actors import SYSTEM
from backend.vocabulary.case_lifecycle import OPEN, WITH_A_UNIT, Action, Status
from backend.vocabulary.step_details import (
    AddTask,
    CancelTask,
    RaiseWhistle,
    UnitAndReason,
    WithReason,
)
from backend.vocabulary.task_lifecycle import TaskStatus

MERGED, DISSOLVED = "原单位并入", "原单位撤销"


def hand_over(session: Session, ended: str, successor: str | None, *, now: datetime) -> int:
    """Hand over all open work of `ended`, an inactive unit; returns the number of its cases."""
    cases = session.scalars(
        select(Case)
        .where(
            Case.status.in_(OPEN),
            or_(Case.unit_code == ended, Case.first_contact_owner == ended),
        )
        .order_by(Case.id)
        .with_for_update(key_share=True)
    ).all()
    for case in cases:
        if case.lead_id is None:  # a member follows its lead
            _hand_over(session, case, ended, successor, now)
    for case in cases:
        if case.lead_id is not None and case.first_contact_owner == ended:
            case.first_contact_owner = successor or case.unit_code
    _hand_over_tasks(session, ended, successor, now)
    above = session.get_one(Unit, ended).parent_code
    if to := successor or above:
        _hand_over_whistles(session, ended, to, now)
        _hand_over_notices(session, ended, to)
    return len(cases)


def _hand_over(
    session: Session, case: Case, ended: str, successor: str | None, now: datetime
) -> None:
    is_with_ended = case.unit_code == ended and case.status in WITH_A_UNIT
    to = successor or (None if case.unit_code == ended else case.unit_code)
    if successor is None and is_with_ended:
        release = WithReason(Action.RELEASE, DISSOLVED)
        act(StepContext(session, case, SYSTEM, now, release))
    elif to and case.status != Status.REGISTERED:
        # Without a successor, the unit that has the case takes over the first-contact duty.
        reason = MERGED if successor else DISSOLVED
        take_over = UnitAndReason(action=Action.TAKE_OVER, unit=to, reason=reason)
        act(StepContext(session, case, SYSTEM, now, take_over))
    else:  # with the dispatcher: without a successor the next unit becomes the first contact
        case.first_contact_owner = successor


def _hand_over_tasks(session: Session, ended: str, successor: str | None, now: datetime) -> None:
    running = select(Task).where(Task.unit_code == ended, Task.ended_at.is_(None))
    for task in session.scalars(running.order_by(Task.id)):
        case = session.get_one(Case, task.case_id)
        if successor:
            task.unit_code, task.status = successor, TaskStatus.ASSIGNED
            moved = AddTask(unit=successor, text=task.text)
            why: dict[str, object] = {"task": task.id, "reason": MERGED}
            note(StepContext(session, case, SYSTEM, now, moved, why))
        else:
            task.status, task.ended_at, task.result = TaskStatus.CANCELLED, now, DISSOLVED
            cancelled = CancelTask(task=task.id, reason=DISSOLVED)
            note(StepContext(session, case, SYSTEM, now, cancelled))


def _hand_over_whistles(session: Session, ended: str, to: str, now: datetime) -> None:
    """Summon `to` instead; a whistle that has summoned `to` as well just loses the response."""
    waiting = select(WhistleResponse).where(
        WhistleResponse.unit_code == ended, WhistleResponse.responded_at.is_(None)
    )
    for response in session.scalars(waiting.order_by(WhistleResponse.id)).all():
        whistle = session.get_one(Whistle, response.whistle_id)
        if to in {summoned.unit_code for summoned in whistle.responses}:
            session.delete(response)
            continue
        response.unit_code = to
        case = session.get_one(Case, response.case_id)
        summons = RaiseWhistle(units=(to,), reason=MERGED)
        step = StepContext(session, case, SYSTEM, now, summons)
        step.event_details["whistle"] = whistle.id
        note(step)


def _hand_over_notices(session: Session, ended: str, to: str) -> None:
    session.execute(
        update(LowRatingNotice)
        .where(LowRatingNotice.to_unit == ended, LowRatingNotice.acknowledged_at.is_(None))
        .values(to_unit=to)
    )
