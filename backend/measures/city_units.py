"""The units of the city as the measures see them: each with its tier, type and population.

What a unit did that has ended is its successor's now, like its open cases.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.measures.query import NONE, OF_UNIT, Asked
from backend.models.units import Unit
from backend.settings import DATA_FOLDER


@cache
def census() -> Mapping[str, int]:
    """People by area code, for units that do not say how many live in theirs."""
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
    def kin(self) -> tuple[str, str]:
        return self.tier, self.unit_type


class City:
    def __init__(self, units: Mapping[str, MeasuredUnit], heirs: Mapping[str, str]) -> None:
        self._units, self._heirs = units, heirs
        self._found: dict[str, MeasuredUnit | None] = {}

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

    def answers_for(self, code: str | None) -> MeasuredUnit | None:
        """The unit, or whoever took its place; None for a case that no unit has."""
        if code is not None and code not in self._found:
            self._found[code] = self._last_heir(code)
        return self._found[code] if code is not None else None

    def _last_heir(self, code: str) -> MeasuredUnit | None:
        seen: set[str] = set()
        while code in self._heirs and code not in seen:
            seen.add(code)
            code = self._heirs[code]
        return self._units.get(code)

    def is_wanted(self, code: str | None, asked: Asked) -> bool:
        """Whether a case that is with this unit was asked for, and may be seen."""
        unit = self.answers_for(code)
        if asked.units is not None and (unit is None or unit.code not in asked.units):
            return False
        return all(
            asked.only[name] == (unit.value_of(name) if unit else NONE)
            for name in OF_UNIT
            if name in asked.only
        )

    def wanted(self, asked: Asked) -> list[str]:
        """Codes of the units, those that have ended with them."""
        return [code for code in self._units if self.is_wanted(code, asked)]

    def name_of(self, code: str) -> str | None:
        return self._units[code].name if code in self._units else None
