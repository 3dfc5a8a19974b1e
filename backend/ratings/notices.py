"""Low ratings reach the unit above, which says that it has read them, and by when (S46)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from backend.cases import stepping as cases
from backend.cases.step import Details
from backend.cases.stepping import Actor
from backend.deadlines.city import calendar, time_limits
from backend.deadlines.rules import deadline
from backend.errors import Conflict, NotAllowed
from backend.models.cases import Case
from backend.models.ratings import LowRatingNotice, Rating
from backend.models.units import Unit
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.grades import NoticeState


def report(session: Session, case: Case, rating: Rating, *, now: datetime) -> None:
    """Tell the unit above the one that had the case; what no unit had is the centre's."""
    unit = case.unit or _centre(session)
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
    found = {"told": superior, "score": rating.score, "acknowledge_by": due.isoformat()}
    cases.note(session, case, Action.REPORT_LOW, cases.SYSTEM, Details(), now=now, found=found)


def _centre(session: Session) -> Unit:
    centre = select(Unit).where(Unit.parent_code.is_(None)).order_by(Unit.code).limit(1)
    return session.scalars(centre).one()


def acknowledge(
    session: Session,
    case: Case,
    actor: Actor,
    units: frozenset[str],
    details: Details,
    *,
    now: datetime,
) -> None:
    """By somebody of the unit above, or of one over that: the oldest notice of the case that waits.
    `units` are those in whose name they may speak. Raises BadInput, Conflict or NotAllowed."""
    text = details.needing("text", "看了以后打算怎么办")
    notice = session.scalar(
        _waiting()
        .where(LowRatingNotice.case_id == case.id)
        .order_by(LowRatingNotice.id)
        .limit(1)
        .with_for_update(key_share=True)
    )
    if notice is None:
        raise Conflict("这件事没有等阅知的低分通报")
    if notice.to_unit not in units:
        raise NotAllowed("低分通报要由上级单位阅知")
    notice.acknowledged_at, notice.acknowledged_by, notice.text = now, actor.name, text
    in_time = now <= notice.acknowledge_by
    found = {"unit": notice.to_unit, "of_round": notice.round, "in_time": in_time}
    cases.note(session, case, Action.ACKNOWLEDGE, actor, details, now=now, found=found)


def wait_for(told: Iterable[LowRatingNotice], units: frozenset[str]) -> bool:
    """Whether one of them is still to be read by one of these units."""
    return any(one.acknowledged_at is None and one.to_unit in units for one in told)


def mark_late(session: Session, now: datetime, most: int) -> int:
    """What nobody has read in time is marked once, and told one unit further up."""
    late = session.scalars(
        _waiting()
        .where(LowRatingNotice.overdue_at.is_(None), LowRatingNotice.acknowledge_by < now)
        .order_by(LowRatingNotice.acknowledge_by)
        .limit(most)
        .with_for_update(key_share=True, skip_locked=True)
    ).all()
    for notice in late:
        notice.overdue_at = now
        superior = session.get_one(Unit, notice.to_unit)
        found = {
            "clock": "notice",
            "of_round": notice.round,
            "unit": notice.to_unit,
            "told": superior.parent_code or superior.code,
        }
        case = session.get_one(Case, notice.case_id)
        why = Details(reason="低分通报没有按时阅知")
        cases.note(session, case, Action.OVERDUE, cases.SYSTEM, why, now=now, found=found)
    return len(late)


def _waiting() -> Select[LowRatingNotice]:
    return select(LowRatingNotice).where(LowRatingNotice.acknowledged_at.is_(None))


def listed(
    session: Session, units: frozenset[str], state: NoticeState | None, *, most: int
) -> Sequence[LowRatingNotice]:
    """Those about or for these units, what waits longest first, then what was read last."""
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


MOST_SHOWN = 200
