"""Published results of a panel review: means by unit; means of few scores are hidden."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from backend.measures.panel_scores import UnitScores, review_scores
from backend.measures.rates import Rate, total
from backend.models.reviews import PanelReview
from backend.reviews.service import Capacity


@dataclass(frozen=True)
class UnitResult:
    """`by` capacity; None where so few scores exist that a reviewer could be guessed."""

    unit: str
    by: dict[str, Rate | None]
    all: Rate | None


def results(session: Session, review: PanelReview, least: int) -> Sequence[UnitResult]:
    """One result for each unit; a mean needs `least` scores."""
    by_unit: dict[str, list[UnitScores]] = defaultdict(list)
    for scores in review_scores(session, review):
        by_unit[scores.unit].append(scores)
    return [_result(unit, scored, least) for unit, scored in sorted(by_unit.items())]


def _result(unit: str, scored: Sequence[UnitScores], least: int) -> UnitResult:
    """One hidden capacity hides all, since it could be computed from the total."""
    is_hidden = any(group.scores < least for group in scored)
    rates = {group.capacity: group.rate for group in scored}
    has_enough = sum(group.scores for group in scored) >= least
    return UnitResult(
        unit,
        {name: None if is_hidden else rates.get(name) for name in Capacity},
        total(rates.values()) if has_enough else None,
    )
