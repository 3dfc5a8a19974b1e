"""Panel scores of published reviews, as rates."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.measures.periods import Period
from backend.measures.rates import Rate
from backend.models.reviews import PanelInvitation, PanelItem, PanelReview, PanelScore

BEST, WORST = 5, 1


@dataclass(frozen=True)
class UnitScores:
    """Scores that panel members of one capacity gave to one unit's cases."""

    unit: str
    capacity: str
    scores: int
    points: int  # sum over all scores, each counted above the worst score

    @property
    def rate(self) -> Rate:
        """Points out of the highest possible number of points."""
        return Rate(self.points, self.scores * (BEST - WORST))


def panel_scores(session: Session, period: Period) -> Mapping[str, Rate]:
    """Rate by unit code, over the published reviews that lie within the period."""
    statement = (
        select(PanelItem.unit_code, func.count(), func.sum(PanelScore.score - WORST))
        .join(PanelScore, PanelScore.item_id == PanelItem.id)
        .join(PanelReview, PanelReview.id == PanelItem.review_id)
        .where(
            PanelReview.published_at.is_not(None),
            PanelReview.first >= period.first,
            PanelReview.after <= period.after,
        )
        .group_by(PanelItem.unit_code)
    )
    return {
        unit: Rate(points, scores * (BEST - WORST))
        for unit, scores, points in session.execute(statement)
    }


def review_scores(session: Session, review: PanelReview) -> list[UnitScores]:
    capacity = PanelInvitation.capacity
    rows = session.execute(
        select(PanelItem.unit_code, capacity, func.count(), func.sum(PanelScore.score - WORST))
        .join(PanelScore, PanelScore.item_id == PanelItem.id)
        .join(PanelInvitation, PanelInvitation.code_hash == PanelScore.code_hash)
        .where(PanelItem.review_id == review.id)
        .group_by(PanelItem.unit_code, capacity)
        .order_by(PanelItem.unit_code, capacity)
    )
    return [UnitScores(*row) for row in rows]
