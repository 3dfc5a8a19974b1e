"""What the invited people's scores come to, of reviews that were published."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.measures.periods import Period
from backend.measures.rates import Rate
from backend.models.reviews import PanelInvitation, PanelItem, PanelReview, PanelScore

BEST, WORST = 5, 1


@dataclass(frozen=True)
class Scored:
    """Scores of one unit's cases by people of one capacity."""

    unit: str
    capacity: str
    scores: int
    points: int  # above the worst, in all

    @property
    def rate(self) -> Rate:
        """Of the points that there were to be had."""
        return Rate(self.points, self.scores * (BEST - WORST))


def panel_scores(session: Session, period: Period) -> Mapping[str, Rate]:
    """By unit, of the reviews whose cases all fell into the period."""
    within = (
        PanelReview.published_at.is_not(None),
        PanelReview.first >= period.first,
        PanelReview.after <= period.after,
    )
    query = (
        select(PanelItem.unit_code, func.count(), func.sum(PanelScore.score - WORST))
        .join(PanelScore, PanelScore.item_id == PanelItem.id)
        .join(PanelReview, PanelReview.id == PanelItem.review_id)
        .where(*within)
        .group_by(PanelItem.unit_code)
    )
    return {
        unit: Rate(points, scores * (BEST - WORST))
        for unit, scores, points in session.execute(query)
    }


def of_review(session: Session, review: PanelReview) -> list[Scored]:
    capacity = PanelInvitation.capacity
    rows = session.execute(
        select(PanelItem.unit_code, capacity, func.count(), func.sum(PanelScore.score - WORST))
        .join(PanelScore, PanelScore.item_id == PanelItem.id)
        .join(PanelInvitation, PanelInvitation.code_hash == PanelScore.code_hash)
        .where(PanelItem.review_id == review.id)
        .group_by(PanelItem.unit_code, capacity)
        .order_by(PanelItem.unit_code, capacity)
    )
    return [Scored(*row) for row in rows]
