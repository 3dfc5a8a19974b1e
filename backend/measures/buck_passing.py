"""The buck-passing index (推诿指数): who gives away what was theirs, and who lets it lie.

Per 100 cases of the volume that is to be expected from the people of the unit's area: returns that
were refused, more for a case that had bounced before, and the hours that cases lay unsigned beyond
the time to sign. A return that was accepted is the mistake of whoever sent the case there.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backend.measures.formula import BuckPassing


@dataclass(frozen=True)
class Workload:
    """What a unit was sent in a period, and what it did with that. `kin` are its like: units of
    the same tier and type, from whom the volume that an area gives rise to is reckoned."""

    unit: str
    kin: tuple[str, str]
    population: int | None
    dispatched: int  # cases, each once
    refused_returns: int = 0
    repeat_bounces: int = 0  # of these returns, those of a case that had bounced before
    unsigned_minutes: int = 0  # working time over the norm


@dataclass(frozen=True)
class Index:
    """`value` is None where a unit was sent nothing."""

    workload: Workload
    points: float
    expected: float  # cases

    @property
    def value(self) -> float | None:
        return 100 * self.points / self.expected if self.expected else None


def indices(workloads: Sequence[Workload], rules: BuckPassing) -> dict[str, Index]:
    """Of each unit, by its code."""
    heads = _appeals_a_head(workloads)
    return {
        one.unit: Index(one, points(one, rules), _expected(one, heads[one.kin], rules))
        for one in workloads
    }


def points(one: Workload, rules: BuckPassing) -> float:
    return (
        rules.refused_return * one.refused_returns
        + rules.repeat_bounce * one.repeat_bounces
        + rules.unsigned_hour * one.unsigned_minutes / 60
    )


def _appeals_a_head(workloads: Sequence[Workload]) -> Mapping[tuple[str, str], float | None]:
    """Of each kind of unit; None where no population is known, or only one unit's."""
    sent: dict[tuple[str, str], int] = defaultdict(int)
    people: dict[tuple[str, str], int] = defaultdict(int)
    units: dict[tuple[str, str], int] = defaultdict(int)
    for one in workloads:
        if one.population:
            sent[one.kin] += one.dispatched
            people[one.kin] += one.population
            units[one.kin] += 1
    return {
        kin: sent[kin] / people[kin] if units[kin] > 1 else None
        for kin in {one.kin for one in workloads}
    }


def _expected(one: Workload, a_head: float | None, rules: BuckPassing) -> float:
    """From the population, but within bounds around what the unit really was sent: neither a
    crowded area nor a census that nobody lives by may decide over a unit's standing."""
    if not one.population or a_head is None:
        return float(one.dispatched)
    low = one.dispatched / rules.population_leverage
    high = one.dispatched * rules.population_leverage
    return min(max(one.population * a_head, low), high)
