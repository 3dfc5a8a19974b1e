"""Whether the index finds the units that a simulated city was planted with, from its events."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf
from statistics import mean

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from backend.cases.lifecycle import Action
from backend.cases.models import CaseEvent
from backend.measures.buck_passing import Index, Workload, indices
from backend.measures.formula import BuckPassing
from backend.simulation.habits import HabitName
from backend.simulation.town import Town, TownUnit

CHANCE = 1.5  # times: how far apart chance alone may bring two groups of like units


@dataclass(frozen=True)
class Line:
    unit: TownUnit
    measured: Index

    @property
    def index(self) -> float:
        """Where nothing is to be expected, in a city of a few cases, none was passed on."""
        return self.measured.value or 0.0


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
        by_count = sorted(self.lines, key=lambda line: -line.measured.points)
        return [place for place, line in enumerate(by_count, 1) if line.unit.is_large]

    def table(self) -> Iterator[str]:
        yield "place  index  sent  refused  repeated  unsigned h     people  habit       unit"
        for place, line in enumerate(self.lines, 1):
            did, unit = line.measured.workload, line.unit
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


def back_test(session: Session, town: Town, rules: BuckPassing) -> BackTest:
    measured = indices(counted(session, town), rules)
    lines = [Line(town.units[code], one) for code, one in measured.items()]
    return BackTest(sorted(lines, key=lambda line: -line.index))


def counted(session: Session, town: Town) -> list[Workload]:
    dispatched, unsigned = _dispatched(session), _unsigned_minutes(session)
    refused, repeated = _refused(session, since=1), _refused(session, since=2)
    return [
        Workload(
            unit=unit.code,
            kin=("district", unit.unit_type),
            population=unit.population,
            dispatched=dispatched.get(unit.code, 0),
            refused_returns=refused.get(unit.code, 0),
            repeat_bounces=repeated.get(unit.code, 0),
            unsigned_minutes=unsigned.get(unit.code, 0),
        )
        for unit in town.units.values()
    ]


def _dispatched(session: Session) -> dict[str, int]:
    unit = CaseEvent.details["unit"].astext
    rows = session.execute(
        select(unit, func.count()).where(CaseEvent.action == Action.DISPATCH).group_by(unit)
    )
    return {code: count for code, count in rows}  # noqa: C416  (rows are not typed as pairs)


def _refused(session: Session, *, since: int) -> dict[str, int]:
    """Returns that were refused, of cases that had been returned at least `since` times."""
    earlier = aliased(CaseEvent)
    returns = (
        select(func.count())
        .where(
            earlier.case_id == CaseEvent.case_id,
            earlier.id < CaseEvent.id,
            earlier.action == Action.RETURN,
        )
        .scalar_subquery()
    )
    unit = CaseEvent.details["returned_by"].astext
    rows = session.execute(
        select(unit, func.count())
        .where(CaseEvent.details["return"].astext == "refused", returns >= since)
        .group_by(unit)
    )
    return {code: count for code, count in rows}  # noqa: C416


def _unsigned_minutes(session: Session) -> dict[str, int]:
    """Working minutes beyond the norm that cases lay with a unit unsigned."""
    minutes = func.sum(CaseEvent.details["unsigned_over_minutes"].as_integer())
    rows = session.execute(
        select(CaseEvent.unit_code, minutes)
        .where(CaseEvent.action.in_((Action.ACCEPT, Action.RETURN)))
        .group_by(CaseEvent.unit_code)
    )
    return {code: total or 0 for code, total in rows}
