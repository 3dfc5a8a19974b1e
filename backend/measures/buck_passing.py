"""The buck-passing index (推诿指数): penalty points per 100 expected cases of a unit.

Points: refused returns, extra points if the case had bounced before, and working hours that
cases lay unsigned beyond the time limit. Expected cases follow from the population of the unit's
area. An accepted return is a mistake of the dispatcher and costs the unit nothing.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backend.measures.formula import BuckPassing


@dataclass(frozen=True)
class Workload:
    """Cases dispatched to a unit in a period, and how the unit treated them.

    `peer_group` is the unit's tier and type; cases per head are averaged over that group.
    """

    unit: str
    peer_group: tuple[str, str]
    population: int | None
    dispatched: int  # cases, each counted once
    refused_returns: int = 0
    repeat_bounces: int = 0  # refused returns of a case that had bounced before
    unsigned_minutes: int = 0  # working minutes beyond the time limit


@dataclass(frozen=True)
class Index:
    """`value` is None if no case was dispatched to the unit."""

    workload: Workload
    points: float
    expected: float  # cases

    @property
    def value(self) -> float | None:
        return 100 * self.points / self.expected if self.expected else None


def indices(workloads: Sequence[Workload], rules: BuckPassing) -> dict[str, Index]:
    """Index of each unit, by unit code."""
    rates = _cases_per_head(workloads)
    return {
        workload.unit: Index(
            workload,
            points(workload, rules),
            _expected(workload, rates[workload.peer_group], rules),
        )
        for workload in workloads
    }


def points(workload: Workload, rules: BuckPassing) -> float:
    return (
        rules.refused_return * workload.refused_returns
        + rules.repeat_bounce * workload.repeat_bounces
        + rules.unsigned_hour * workload.unsigned_minutes / 60
    )


def _cases_per_head(workloads: Sequence[Workload]) -> Mapping[tuple[str, str], float | None]:
    """By peer group; None unless the population of at least two units is known."""
    cases: dict[tuple[str, str], int] = defaultdict(int)
    people: dict[tuple[str, str], int] = defaultdict(int)
    units: dict[tuple[str, str], int] = defaultdict(int)
    for workload in workloads:
        if workload.population:
            cases[workload.peer_group] += workload.dispatched
            people[workload.peer_group] += workload.population
            units[workload.peer_group] += 1
    return {
        group: cases[group] / people[group] if units[group] > 1 else None
        for group in {workload.peer_group for workload in workloads}
    }


def _expected(workload: Workload, per_head: float | None, rules: BuckPassing) -> float:
    """Expected cases from the population, limited to a range around the dispatched cases.

    The range keeps commuters and outdated census figures from deciding a unit's rank.
    """
    if not workload.population or per_head is None:
        return float(workload.dispatched)
    low = workload.dispatched / rules.population_leverage
    high = workload.dispatched * rules.population_leverage
    return min(max(workload.population * per_head, low), high)
