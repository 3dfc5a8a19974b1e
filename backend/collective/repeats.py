"""What a resident has told us before: the case that stands, while it is open or lately closed."""

from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from backend.collective.likeness import SAME_APPEAL, compare
from backend.collective.likes import told, told_by
from backend.models.cases import Case
from backend.routing import service as routing
from backend.vocabulary.case_lifecycle import OPEN
from backend.vocabulary.messages import Pin
from backend.vocabulary.outcomes import Outcome

LATELY = timedelta(days=30)
MOST_COMPARED = 20


def standing(
    session: Session,
    resident_id: int,
    text: str,
    location: str | None,
    *,
    pin: Pin | None = None,
    now: datetime,
) -> Case | None:
    """The likest of their own cases; None when what they tell is new."""
    own = recent(session, resident_id, now=now)
    if not own:
        return None
    route = routing.route(session, text=text, location_text=location)
    this = told_by(
        text,
        {"text": location, **route.area.as_json()},
        at=now,
        item=route.power_item.code if route.power_item else None,
        domain=route.domain,
        pin=(pin.latitude, pin.longitude) if pin else None,
    )
    scores = [(likeness.score, case) for case in own if (likeness := compare(this, told(case)))]
    score, best = max(scores, key=lambda pair: (pair[0], pair[1].id), default=(0.0, None))
    return best if score >= SAME_APPEAL else None


def recent(session: Session, resident_id: int, *, now: datetime) -> list[Case]:
    """The resident's own that are open, or were settled in the last weeks; newest first."""
    settled = func.coalesce(Case.closed_at, Case.resolved_at)
    lately = and_(settled >= now - LATELY, Case.outcome != Outcome.WITHDRAWN)
    return list(
        session.scalars(
            select(Case)
            .where(Case.resident_id == resident_id, or_(Case.status.in_(OPEN), lately))
            .order_by(Case.id.desc())
            .limit(MOST_COMPARED)
        )
    )
