"""What is published of a review: means by unit, and nothing that few people said alone."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from backend.measures.panel_scores import UnitScores, review_scores
from backend.measures.rates import Rate, total
from backend.models.reviews import PanelReview
from backend.reviews.service import Capacity


@dataclass(frozen=True)
class Result:
    """`by` capacity; None where there were so few scores that a person could be guessed."""

    unit: str
    by: dict[str, Rate | None]
    all: Rate | None


def results(session: Session, review: PanelReview, least: int) -> Sequence[Result]:
    by_unit: dict[str, list[UnitScores]] = defaultdict(list)
    for one in review_scores(session, review):
        by_unit[one.unit].append(one)
    return [_result(unit, scored, least) for unit, scored in sorted(by_unit.items())]


def _result(unit: str, scored: Sequence[UnitScores], least: int) -> Result:
    """When one capacity is hidden, so is every other: else it could be subtracted."""
    hidden = any(one.scores < least for one in scored)
    rates = {one.capacity: one.rate for one in scored}
    enough = sum(one.scores for one in scored) >= least
    return Result(
        unit,
        {name: None if hidden else rates.get(name) for name in Capacity},
        total(rates.values()) if enough else None,
    )
