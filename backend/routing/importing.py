"""Reads the city's units from a CSV file into the database: all of it, or nothing."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.routing.models import Unit
from backend.routing.rules import TIERS, UNIT_TYPES

COLUMNS = ("code", "name", "tier", "unit_type", "parent", "area_code")


@dataclass(frozen=True)
class UnitRow:
    line: int
    code: str
    name: str
    tier: str
    unit_type: str
    parent: str | None
    area_code: str


def load_units(session: Session, path: Path) -> int:
    """Adds new units and updates known ones; returns how many rows were read."""
    rows = read_units(path)
    stored = {unit.code: unit for unit in session.scalars(select(Unit))}
    known_parents = {code: unit.parent_code for code, unit in stored.items()}
    problems = list(find_problems(rows, known_parents))
    if problems:
        raise ValueError(f"{path.name}: " + "; ".join(problems))
    for row in _parents_first(rows):
        unit = stored.get(row.code)
        if unit is None:
            unit = Unit(code=row.code, active=True)
            session.add(unit)
        unit.name, unit.tier, unit.unit_type = row.name, row.tier, row.unit_type
        unit.parent_code, unit.area_code = row.parent, row.area_code
    session.flush()
    return len(rows)


def read_units(path: Path) -> list[UnitRow]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        lacking = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if lacking:
            raise ValueError(f"{path.name}: no column {', '.join(lacking)}")
        return [_row(cells, line) for line, cells in enumerate(reader, 2)]


def _row(cells: Mapping[str, str | None], line: int) -> UnitRow:
    values = {name: (cells[name] or "").strip() for name in COLUMNS}
    parent = values.pop("parent") or None
    return UnitRow(line=line, parent=parent, **values)


def find_problems(
    rows: Iterable[UnitRow], known_parents: Mapping[str, str | None] | None = None
) -> Iterator[str]:
    """One short sentence for each thing that is wrong, with its line."""
    rows = list(rows)
    parents = {**(known_parents or {}), **{row.code: row.parent for row in rows}}
    seen: set[str] = set()
    for row in rows:
        where = f"line {row.line} ({row.code or 'no code'})"
        if not row.code or not row.name:
            yield f"{where}: code and name are needed"
        if row.code in seen:
            yield f"{where}: the code is there twice"
        seen.add(row.code)
        if row.tier not in TIERS:
            yield f"{where}: unknown tier {row.tier!r}"
        if row.unit_type not in UNIT_TYPES:
            yield f"{where}: unknown unit type {row.unit_type!r}"
        if row.parent is not None and row.parent not in parents:
            yield f"{where}: unknown parent {row.parent!r}"
        elif _is_in_cycle(row.code, parents):
            yield f"{where}: it is its own parent, directly or through others"


def _is_in_cycle(code: str, parents: Mapping[str, str | None]) -> bool:
    passed: set[str] = set()
    above = parents.get(code)
    while above is not None and above not in passed:
        if above == code:
            return True
        passed.add(above)
        above = parents.get(above)
    return False


def _parents_first(rows: Iterable[UnitRow]) -> list[UnitRow]:
    by_code = {row.code: row for row in rows}

    def depth(row: UnitRow) -> int:
        above = by_code.get(row.parent) if row.parent else None
        return 0 if above is None else depth(above) + 1

    return sorted(by_code.values(), key=depth)
