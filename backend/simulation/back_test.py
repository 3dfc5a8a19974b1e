"""Back test: compares the buck-passing index with the true habits in a simulated city."""

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

CHANCE = 1.5  # ratio of the mean indices of two groups that chance alone may cause


@dataclass(frozen=True)
class Line:
    unit: TownUnit
    buck_passing: BuckPassingTotals

    @property
    def index(self) -> float:
        """0 if no case is expected, which happens in a city with few cases."""
        return self.buck_passing.index or 0.0


@dataclass(frozen=True)
class BackTest:
    lines: Sequence[Line]  # worst first

    @property
    def worst(self) -> Sequence[Line]:
        """The worst lines, as many as there are units with the habit of returning cases."""
        planted = sum(line.unit.habit is HabitName.RETURNING for line in self.lines)
        return self.lines[:planted]

    @property
    def finds_the_planted(self) -> bool:
        return all(line.unit.habit is HabitName.RETURNING for line in self.worst)

    @property
    def large_ratio(self) -> float:
        """Mean index of large units divided by that of other units with the same habit."""
        slow = [line for line in self.lines if line.unit.habit is HabitName.SLOW]
        large = [line.index for line in slow if line.unit.is_large]
        others = [line.index for line in slow if not line.unit.is_large]
        if not mean(others):  # a city with too few cases for any return
            return inf if mean(large) else 1.0
        return mean(large) / mean(others)

    @property
    def spares_the_large(self) -> bool:
        among_worst = any(line.unit.is_large for line in self.worst)
        return not among_worst and self.large_ratio <= CHANCE

    @property
    def large_by_count(self) -> list[int]:
        """The ranks of the large units if only points were compared, without expected cases."""
        by_count = sorted(self.lines, key=lambda line: -line.buck_passing.points)
        return [place for place, line in enumerate(by_count, 1) if line.unit.is_large]

    def table(self) -> Iterator[str]:
        yield "place  index  sent  refused  repeated  unsigned h     people  habit       unit"
        for place, line in enumerate(self.lines, 1):
            counts, unit = line.buck_passing.counts, line.unit
            large = "*" if unit.is_large else " "
            yield (
                f"{place:>5}  {line.index:>5.1f}  {counts.dispatched:>4}  "
                f"{counts.refused_returns:>7}  "
                f"{counts.repeat_bounces:>8}  {counts.unsigned_minutes / 60:>10.0f}  "
                f"{unit.population:>9,}  {unit.habit:<10}{large} {unit.name}"
            )

    def verdict(self) -> Iterator[str]:
        finds = "yes" if self.finds_the_planted else "NO"
        spares = "yes" if self.spares_the_large else "NO"
        places = ", ".join(map(str, self.large_by_count))
        yield f"the {len(self.worst)} units that pass on their own work are ranked worst: {finds}"
        yield (
            f"large units (*) are not punished for being large: {spares} "
            f"({self.large_ratio:.2f} times the index of others with their habit; "
            f"by count alone their places would be {places})"
        )


def back_test(
    session: Session, town: Town, period: Period, formula: Formula, *, now: datetime
) -> BackTest:
    """Uses the same measures as the boards."""
    report = measure(session, MeasureQuery(period, ("unit",)), formula, now)
    totals = {line.key[0]: line.buck_passing for line in report.lines}
    lines = [Line(unit, totals.get(unit.code, BuckPassingTotals())) for unit in town.units.values()]
    return BackTest(sorted(lines, key=lambda line: -line.index))
