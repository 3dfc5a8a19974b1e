"""Whether the index finds the units that a simulated city was planted with, from its events."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf
from statistics import mean

from sqlalchemy.orm import Session

from backend.measures.formula import Formula
from backend.measures.periods import Period
from backend.measures.query import MeasureQuery
from backend.measures.report import measure
from backend.measures.report_lines import BuckPassingTotals
from backend.simulation.habits import HabitName
from backend.simulation.town import Town, TownUnit

CHANCE = 1.5  # times: how far apart chance alone may bring two groups of like units


@dataclass(frozen=True)
class Line:
    unit: TownUnit
    buck_passing: BuckPassingTotals

    @property
    def index(self) -> float:
        """Where nothing is to be expected, in a city of a few cases, none was passed on."""
        return self.buck_passing.index or 0.0


@dataclass(frozen=True)
class BackTest:
    lines: Sequence[Line]  # the worst first

    @property
    def worst(self) -> Sequence[Line]:
        """As many as buck-passers were planted."""
        planted = sum(line.unit.habit is HabitName.RETURNING for line in self.lines)
        return self.lines[:planted]

    @property
    def finds_the_planted(self) -> bool:
        return all(line.unit.habit is HabitName.RETURNING for line in self.worst)

    @property
    def large_against_like(self) -> float:
        """The mean index of large units, in those of other units with the same habit."""
        like = [line for line in self.lines if line.unit.habit is HabitName.SLOW]
        large = [line.index for line in like if line.unit.is_large]
        others = [line.index for line in like if not line.unit.is_large]
        if not mean(others):  # too few cases for anybody to have passed one on
            return inf if mean(large) else 1.0
        return mean(large) / mean(others)

    @property
    def spares_the_large(self) -> bool:
        among_worst = any(line.unit.is_large for line in self.worst)
        return not among_worst and self.large_against_like <= CHANCE

    @property
    def large_by_count(self) -> list[int]:
        """The places of the large units, had one only counted what was passed on."""
        by_count = sorted(self.lines, key=lambda line: -line.buck_passing.points)
        return [place for place, line in enumerate(by_count, 1) if line.unit.is_large]

    def table(self) -> Iterator[str]:
        yield "place  index  sent  refused  repeated  unsigned h     people  habit       unit"
        for place, line in enumerate(self.lines, 1):
            did, unit = line.buck_passing.counts, line.unit
            large = "*" if unit.is_large else " "
            yield (
                f"{place:>5}  {line.index:>5.1f}  {did.dispatched:>4}  {did.refused_returns:>7}  "
                f"{did.repeat_bounces:>8}  {did.unsigned_minutes / 60:>10.0f}  "
                f"{unit.population:>9,}  {unit.habit:<10}{large} {unit.name}"
            )

    def verdict(self) -> Iterator[str]:
        found = "yes" if self.finds_the_planted else "NO"
        spared = "yes" if self.spares_the_large else "NO"
        places = ", ".join(map(str, self.large_by_count))
        yield f"the {len(self.worst)} units that pass on their own work are ranked worst: {found}"
        yield (
            f"large units (*) are not punished for being large: {spared} "
            f"({self.large_against_like:.2f} times the index of others with their habit; "
            f"by count alone their places would be {places})"
        )


def back_test(
    session: Session, town: Town, period: Period, formula: Formula, *, now: datetime
) -> BackTest:
    """By the measures themselves, as the boards have them."""
    found = measure(session, MeasureQuery(period, ("unit",)), formula, now).lines
    passed = {line.key[0]: line.buck_passing for line in found}
    lines = [Line(unit, passed.get(unit.code, BuckPassingTotals())) for unit in town.units.values()]
    return BackTest(sorted(lines, key=lambda line: -line.index))
