"""Imports the city's units from a CSV file: all rows or none."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.deadlines.hours import Hours
from backend.models.units import Unit
from backend.vocabulary.units import TIERS, UNIT_TYPES

COLUMNS = ("code", "name", "tier", "unit_type", "parent", "area_code")
# A file may leave these columns out; the stored values stay then.
OPTIONAL_COLUMNS = ("working_hours", "deputies", "population", "checked", "ended", "successor")


@dataclass(frozen=True)
class UnitRow:
    line: int
    code: str
    name: str
    tier: str
    unit_type: str
    parent: str | None
    area_code: str
    more: Mapping[str, str] = field(default_factory=dict)  # the file's OPTIONAL_COLUMNS

    @property
    def has_ended(self) -> bool:
        return self.more.get("ended", "") == "1"

    @property
    def successor(self) -> str | None:
        return self.more.get("successor") or None

    def values(self) -> dict[str, Any]:
        """Column of `units` -> value, for the columns of the file."""
        values: dict[str, Any] = {
            "name": self.name,
            "tier": self.tier,
            "unit_type": self.unit_type,
            "parent_code": self.parent,
            "area_code": self.area_code,
        }
        for name in ("working_hours", "deputies"):
            if name in self.more:
                values[name] = self.more[name]
        if "population" in self.more:
            values["population"] = int(self.more["population"] or 0) or None
        if "checked" in self.more:
            checked = self.more["checked"]
            values["checked"] = date.fromisoformat(checked) if checked else None
        if "ended" in self.more:
            values |= {"active": not self.has_ended, "successor_code": self.successor}
        return values


def read_checked(session: Session, path: Path) -> list[UnitRow]:
    """The rows of the file. Raises ValueError that lists all problems."""
    return checked(session, read_units(path), path.name)


def checked(session: Session, rows: list[UnitRow], name: str) -> list[UnitRow]:
    """The rows of the file `name`, if nothing is wrong. Raises ValueError."""
    units = session.execute(select(Unit.code, Unit.parent_code, Unit.tier))
    stored = {code: (parent, tier) for code, parent, tier in units}
    problems = list(find_problems(rows, stored))
    if problems:
        raise ValueError(f"{name}: " + "; ".join(problems))
    return rows


def apply(session: Session, rows: Iterable[UnitRow]) -> None:
    """Write the rows into the database; units that the file leaves out stay as they are."""
    stored = {unit.code: unit for unit in session.scalars(select(Unit))}
    for row in _parents_first(rows):
        unit = stored.get(row.code)
        if unit is None:
            unit = stored[row.code] = Unit(code=row.code, active=True)
            session.add(unit)
        for column, value in row.values().items():
            if column != "successor_code":
                setattr(unit, column, value)
    session.flush()
    for row in rows:  # a successor may stand further down in the file
        if "ended" in row.more:
            stored[row.code].successor_code = row.successor
    session.flush()


def read_units(path: Path) -> list[UnitRow]:
    """The rows of the file, unchecked. Raises ValueError when a column is missing."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return read_rows(file, path.name)


def read_rows(lines: Iterable[str], file: str) -> list[UnitRow]:
    """The rows of the CSV lines of `file`, unchecked. Raises ValueError."""
    reader = csv.DictReader(lines)
    try:
        header = reader.fieldnames or ()
        missing = [name for name in COLUMNS if name not in header]
        if missing:
            raise ValueError(f"{file}: no column {', '.join(missing)}")
        more = [name for name in OPTIONAL_COLUMNS if name in header]
        return [_row(cells, more, line) for line, cells in enumerate(reader, 2)]
    except csv.Error as error:
        raise ValueError(f"{file}: {error}") from error


def _row(cells: Mapping[str, str | None], more: Iterable[str], line: int) -> UnitRow:
    values = {name: (cells[name] or "").strip() for name in COLUMNS}
    parent = values.pop("parent") or None
    optional = {name: (cells[name] or "").strip() for name in more}
    return UnitRow(line=line, parent=parent, more=optional, **values)


def find_problems(
    rows: Iterable[UnitRow], stored: Mapping[str, tuple[str | None, str]] | None = None
) -> Iterator[str]:
    """One short sentence for each problem, with its line.

    `stored` are the units in the database: code -> parent and tier.
    """
    rows = list(rows)
    tree = {**(stored or {}), **{row.code: (row.parent, row.tier) for row in rows}}
    parents = {code: parent for code, (parent, _) in tree.items()}
    ended = {row.code for row in rows if row.has_ended}
    codes: set[str] = set()
    for row in rows:
        where = f"line {row.line} ({row.code or 'no code'})"
        yield from (f"{where}: {problem}" for problem in _row_problems(row))
        if row.code in codes:
            yield f"{where}: the code is there twice"
        codes.add(row.code)
        if row.parent is not None and row.parent not in parents:
            yield f"{where}: unknown parent {row.parent!r}"
        elif _is_in_cycle(row.code, parents):
            yield f"{where}: it is its own parent, directly or through others"
        elif _is_upside_down(row, tree):
            yield f"{where}: its parent {row.parent!r} is of a lower tier"
        if row.parent in ended and not row.has_ended:
            yield f"{where}: its parent {row.parent!r} has ended"
        if row.successor and (row.successor not in tree or row.successor in ended):
            yield f"{where}: the successor {row.successor!r} is unknown or has ended too"


def _row_problems(row: UnitRow) -> Iterator[str]:
    if not row.code or not row.name:
        yield "code and name are needed"
    if row.tier not in TIERS:
        yield f"unknown tier {row.tier!r}"
    if row.unit_type not in UNIT_TYPES:
        yield f"unknown unit type {row.unit_type!r}"
    if not row.area_code and row.tier != "city":
        yield "an area code is needed"
    if row.more.get("ended", "") not in ("", "0", "1"):
        yield "ended is 1 or nothing"
    if row.successor and not row.has_ended:
        yield "a unit that goes on has no successor"
    try:
        row.values()
        Hours.parse(row.more.get("working_hours") or "08:30-17:30")
    except ValueError as error:
        yield str(error)


def _is_upside_down(row: UnitRow, tree: Mapping[str, tuple[str | None, str]]) -> bool:
    parent_tier = tree[row.parent][1] if row.parent else "city"
    if row.tier not in TIERS or parent_tier not in TIERS:
        return False  # reported as a problem of the tier
    return TIERS.index(parent_tier) < TIERS.index(row.tier)


def _is_in_cycle(code: str, parents: Mapping[str, str | None]) -> bool:
    visited: set[str] = set()
    ancestor = parents.get(code)
    while ancestor is not None and ancestor not in visited:
        if ancestor == code:
            return True
        visited.add(ancestor)
        ancestor = parents.get(ancestor)
    return False


def _parents_first(rows: Iterable[UnitRow]) -> list[UnitRow]:
    by_code = {row.code: row for row in rows}

    def depth(row: UnitRow) -> int:
        parent = by_code.get(row.parent) if row.parent else None
        return 0 if parent is None else depth(parent) + 1

    return sorted(by_code.values(), key=depth)
