"""The buck-passing index (推诿指数): what a unit passed on, against the volume to be expected.

This is the one place of the formula that the back-test uses.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SIGN_NORM_HOURS = 7.0  # a day's work unsigned over the norm weighs as much as a return refused


@dataclass(frozen=True)
class Counts:
    """Of one unit in a period. Returns that were accepted are the router's, and not here."""

    unit: str
    group: str  # units that do the same work
    population: int
    dispatched: int = 0
    refused: int = 0  # returns that were found to have no ground
    repeated: int = 0  # of them, those of a case that had been returned before
    unsigned_over_hours: float = 0.0

    @property
    def passed_on(self) -> float:
        return self.refused + self.repeated + self.unsigned_over_hours / SIGN_NORM_HOURS


def expected_volumes(all_counts: Sequence[Counts]) -> dict[str, float]:
    """What each unit's share of the people would bring it of what its group was sent."""
    sent, people = defaultdict[str, int](int), defaultdict[str, int](int)
    for one in all_counts:
        sent[one.group] += one.dispatched
        people[one.group] += one.population
    return {
        one.unit: sent[one.group] * one.population / people[one.group]
        for one in all_counts
        if people[one.group]
    }


def buck_passing_indices(all_counts: Sequence[Counts]) -> Mapping[str, float]:
    """Per hundred cases to be expected; a unit of which nothing is to be expected has none."""
    expected = expected_volumes(all_counts)
    return {
        one.unit: 100 * one.passed_on / expected[one.unit]
        for one in all_counts
        if expected.get(one.unit)
    }
