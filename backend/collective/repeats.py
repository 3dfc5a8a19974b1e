"""Duplicates among a resident's own cases that are open or were settled recently."""

from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from backend.collective.likeness import SAME_APPEAL, compare
from backend.collective.likes import comparable, comparable_case
from backend.models.cases import Case
from backend.routing import service as routing
from backend.vocabulary.case_lifecycle import OPEN
from backend.vocabulary.messages import Pin
from backend.vocabulary.outcomes import Outcome

RECENT = timedelta(days=30)
MOST_COMPARED = 20


def find_duplicate(
    session: Session,
    resident_id: int,
    text: str,
    location: str | None,
    *,
    pin: Pin | None = None,
    now: datetime,
) -> Case | None:
    """The most alike of the resident's own cases; None when the appeal is new."""
    own = recent(session, resident_id, now=now)
    if not own:
        return None
    route = routing.route(session, text=text, location_text=location)
    appeal = comparable(
        text,
        {"text": location, **route.area.as_json()},
        at=now,
        item=route.power_item.code if route.power_item else None,
        domain=route.domain,
        pin=(pin.latitude, pin.longitude) if pin else None,
    )
    scores = [
        (likeness.score, case)
        for case in own
        if (likeness := compare(appeal, comparable_case(case)))
    ]
    score, best = max(scores, key=lambda pair: (pair[0], pair[1].id), default=(0.0, None))
    return best if score >= SAME_APPEAL else None


def recent(session: Session, resident_id: int, *, now: datetime) -> list[Case]:
    """The resident's cases that are open or were settled within RECENT, the newest first."""
    settled_at = func.coalesce(Case.closed_at, Case.resolved_at)
    settled_recently = and_(settled_at >= now - RECENT, Case.outcome != Outcome.WITHDRAWN)
    return list(
        session.scalars(
            select(Case)
            .where(Case.resident_id == resident_id, or_(Case.status.in_(OPEN), settled_recently))
            .order_by(Case.id.desc())
            .limit(MOST_COMPARED)
        )
    )
