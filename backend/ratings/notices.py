"""Notices of low ratings: the unit above must acknowledge each by a deadline (S46)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from backend.cases.step import StaffStep, StepContext
from backend.cases.stepping import note
from backend.deadlines.city import calendar, time_limits
from backend.deadlines.rules import deadline
from backend.errors import Conflict, NotAllowed
from backend.models.cases import Case
from backend.models.ratings import LowRatingNotice, Rating
from backend.models.units import Unit
from backend.units.search import centre
from backend.vocabulary.actors import SYSTEM
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.grades import NoticeState
from backend.vocabulary.step_details import NoDetails, ReasonOrText, WithText

MOST_SHOWN = 200
_OVERDUE = ReasonOrText(Action.OVERDUE, "低分通报没有按时阅知")


def report(session: Session, case: Case, rating: Rating, *, now: datetime) -> None:
    """Notify the unit above the one that had the case; the centre for a case without a unit."""
    unit = case.unit or centre(session)
    superior = unit.parent_code or unit.code
    session.flush()
    due = deadline(now, time_limits().acknowledge, calendar())
    session.add(
        LowRatingNotice(
            case_id=case.id,
            rating_id=rating.id,
            round=rating.round,
            unit_code=unit.code,
            to_unit=superior,
            sent_at=now,
            acknowledge_by=due,
        )
    )
    step = StepContext(session, case, SYSTEM, now, NoDetails(Action.REPORT_LOW))
    step.event_details.update(told=superior, score=rating.score, acknowledge_by=due.isoformat())
    note(step)


def acknowledge(step: StaffStep[WithText]) -> None:
    """Acknowledge the case's oldest waiting notice. Raises Conflict or NotAllowed."""
    notice = step.session.scalar(
        _select_waiting()
        .where(LowRatingNotice.case_id == step.case.id)
        .order_by(LowRatingNotice.id)
        .limit(1)
        .with_for_update(key_share=True)
    )
    if notice is None:
        raise Conflict("这件事没有等阅知的低分通报")
    if notice.to_unit not in step.units:
        raise NotAllowed("低分通报要由上级单位阅知")
    notice.acknowledged_at, notice.acknowledged_by = step.now, step.actor.name
    notice.text = step.details.text
    in_time = step.now <= notice.acknowledge_by
    step.event_details.update(unit=notice.to_unit, of_round=notice.round, in_time=in_time)
    note(step)


def wait_for(notices: Iterable[LowRatingNotice], units: frozenset[str]) -> bool:
    """True if one of the notices waits for an acknowledgement by one of the units."""
    return any(notice.acknowledged_at is None and notice.to_unit in units for notice in notices)


def mark_late(session: Session, now: datetime, most: int) -> int:
    """Mark up to `most` notices overdue, and escalate each by one unit; returns how many."""
    late = session.scalars(
        _select_waiting()
        .where(LowRatingNotice.overdue_at.is_(None), LowRatingNotice.acknowledge_by < now)
        .order_by(LowRatingNotice.acknowledge_by)
        .limit(most)
        .with_for_update(key_share=True, skip_locked=True)
    ).all()
    for notice in late:
        notice.overdue_at = now
        superior = session.get_one(Unit, notice.to_unit)
        case = session.get_one(Case, notice.case_id)
        step = StepContext(session, case, SYSTEM, now, _OVERDUE)
        step.event_details.update(
            clock="notice",
            of_round=notice.round,
            unit=notice.to_unit,
            told=superior.parent_code or superior.code,
        )
        note(step)
    return len(late)


def _select_waiting() -> Select[LowRatingNotice]:
    return select(LowRatingNotice).where(LowRatingNotice.acknowledged_at.is_(None))


def list_notices(
    session: Session, units: frozenset[str], state: NoticeState | None, *, most: int
) -> Sequence[LowRatingNotice]:
    """Notices about or for these units: the longest waiting first, then the last acknowledged."""
    query = (
        select(LowRatingNotice)
        .where(LowRatingNotice.unit_code.in_(units) | LowRatingNotice.to_unit.in_(units))
        .options(
            joinedload(LowRatingNotice.case).joinedload(Case.resident),
            joinedload(LowRatingNotice.rating),
            joinedload(LowRatingNotice.unit),
            joinedload(LowRatingNotice.superior),
        )
        .order_by(
            LowRatingNotice.acknowledged_at.desc().nulls_first(), LowRatingNotice.acknowledge_by
        )
        .limit(most)
    )
    match state:
        case NoticeState.WAITING:
            query = query.where(
                LowRatingNotice.acknowledged_at.is_(None), LowRatingNotice.overdue_at.is_(None)
            )
        case NoticeState.LATE:
            query = query.where(
                LowRatingNotice.acknowledged_at.is_(None), LowRatingNotice.overdue_at.is_not(None)
            )
        case NoticeState.ACKNOWLEDGED:
            query = query.where(LowRatingNotice.acknowledged_at.is_not(None))
    return session.scalars(query).all()
