"""The units of the city with tier, type and population, as the measures need them.

A unit that was closed is replaced by its successor, which also takes over its past figures.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.measures.query import NONE, UNIT_DIMENSIONS, MeasureQuery
from backend.models.units import Unit
from backend.settings import DATA_FOLDER


@cache
def census() -> Mapping[str, int]:
    """Population by area code, for units without a population of their own."""
    with (DATA_FOLDER / "census.csv").open(encoding="utf-8") as rows:
        return {row["code"]: int(row["population"]) for row in csv.DictReader(rows)}


@dataclass(frozen=True)
class MeasuredUnit:
    code: str
    name: str
    tier: str
    unit_type: str
    population: int | None

    def value_of(self, dimension: str) -> str:
        return self.code if dimension == "unit" else str(getattr(self, dimension))

    @property
    def peer_group(self) -> tuple[str, str]:
        return self.tier, self.unit_type


class City:
    def __init__(self, units: Mapping[str, MeasuredUnit], successors: Mapping[str, str]) -> None:
        self._units, self._successors = units, successors
        self._current_units: dict[str, MeasuredUnit | None] = {}

    @classmethod
    def read(cls, session: Session) -> "City":
        rows = session.execute(
            select(
                Unit.code,
                Unit.name,
                Unit.tier,
                Unit.unit_type,
                Unit.population,
                Unit.area_code,
                Unit.successor_code,
            )
        ).all()
        units = {row[0]: MeasuredUnit(*row[:4], row[4] or census().get(row[5])) for row in rows}
        return cls(units, {row[0]: row[6] for row in rows if row[6]})

    def current_unit(self, code: str | None) -> MeasuredUnit | None:
        """The unit or its last successor; None if `code` is None or unknown."""
        if code is not None and code not in self._current_units:
            self._current_units[code] = self._last_successor(code)
        return self._current_units[code] if code is not None else None

    def _last_successor(self, code: str) -> MeasuredUnit | None:
        visited: set[str] = set()  # a circle of successors must not loop forever
        while code in self._successors and code not in visited:
            visited.add(code)
            code = self._successors[code]
        return self._units.get(code)

    def matches(self, code: str | None, query: MeasureQuery) -> bool:
        """True if a case of this unit passes the unit filters and is visible to the caller."""
        unit = self.current_unit(code)
        if query.units is not None and (unit is None or unit.code not in query.units):
            return False
        return all(
            query.filters[name] == (unit.value_of(name) if unit else NONE)
            for name in UNIT_DIMENSIONS
            if name in query.filters
        )

    def matching_codes(self, query: MeasureQuery) -> list[str]:
        """Codes of all matching units, closed units included."""
        return [code for code in self._units if self.matches(code, query)]

    def name_of(self, code: str) -> str | None:
        return self._units[code].name if code in self._units else None
