"""A unit has ended: its open cases and tasks go to its successor, or to the dispatcher; so does
what it was summoned to, and the low ratings that it was to read, or to the unit above it."""

from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from backend.cases.step import Details
from backend.cases.stepping import SYSTEM, act, note
from backend.models.cases import Case
from backend.models.joint_work import Task, Whistle, WhistleResponse
from backend.models.ratings import LowRatingNotice
from backend.models.units import Unit
from backend.vocabulary.case_lifecycle import OPEN, WITH_A_UNIT, Action
from backend.vocabulary.task_lifecycle import TaskStatus

MERGED, DISSOLVED = "原单位并入", "原单位撤销"


def hand_over(session: Session, ended: str, successor: str | None, *, now: datetime) -> int:
    """How many open cases had something to do with the unit, which is not active any more."""
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
        if case.lead_id is None:  # a member goes along with its lead
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
    had_it = case.unit_code == ended and case.status in WITH_A_UNIT
    if successor is None and had_it:
        act(session, case, Action.RELEASE, SYSTEM, Details(reason=DISSOLVED), now=now)
    elif successor or case.unit_code != ended:
        # Without a successor, the duty of the first contact is with who has the case.
        to = Details(unit=successor or case.unit_code, reason=MERGED if successor else DISSOLVED)
        act(session, case, Action.TAKE_OVER, SYSTEM, to, now=now)
    else:  # returned already: the dispatcher has it, and the next unit is the first
        case.first_owner = case.first_contact_owner = None


def _hand_over_tasks(session: Session, ended: str, successor: str | None, now: datetime) -> None:
    running = select(Task).where(Task.unit_code == ended, Task.ended_at.is_(None))
    for task in session.scalars(running.order_by(Task.id)):
        case = session.get_one(Case, task.case_id)
        if successor:
            task.unit_code, task.status = successor, TaskStatus.ASSIGNED
            told = Details(task=task.id, unit=successor, reason=MERGED)
            note(session, case, Action.ADD_TASK, SYSTEM, told, now=now)
        else:
            task.status, task.ended_at, task.result = TaskStatus.CANCELLED, now, DISSOLVED
            told = Details(task=task.id, reason=DISSOLVED)
            note(session, case, Action.CANCEL_TASK, SYSTEM, told, now=now)


def _hand_over_whistles(session: Session, ended: str, to: str, now: datetime) -> None:
    """Where `to` was summoned itself, there is nothing more to do."""
    waiting = select(WhistleResponse).where(
        WhistleResponse.unit_code == ended, WhistleResponse.responded_at.is_(None)
    )
    for response in session.scalars(waiting.order_by(WhistleResponse.id)).all():
        whistle = session.get_one(Whistle, response.whistle_id)
        if to in {one.unit_code for one in whistle.responses}:
            session.delete(response)
            continue
        response.unit_code = to
        told = Details(units=(to,), reason=MERGED)
        case = session.get_one(Case, response.case_id)
        found = {"whistle": whistle.id}
        note(session, case, Action.RAISE_WHISTLE, SYSTEM, told, now=now, found=found)


def _hand_over_notices(session: Session, ended: str, to: str) -> None:
    session.execute(
        update(LowRatingNotice)
        .where(LowRatingNotice.to_unit == ended, LowRatingNotice.acknowledged_at.is_(None))
        .values(to_unit=to)
    )
