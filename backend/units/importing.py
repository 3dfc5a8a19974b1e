"""Reads the city's units from a CSV file into the database: all of it, or nothing."""

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
# A file may leave these out; what is known of them stays then.
MORE_COLUMNS = ("working_hours", "deputies", "population", "checked", "ended", "successor")


@dataclass(frozen=True)
class UnitRow:
    line: int
    code: str
    name: str
    tier: str
    unit_type: str
    parent: str | None
    area_code: str
    more: Mapping[str, str] = field(default_factory=dict)  # of MORE_COLUMNS, as written

    @property
    def has_ended(self) -> bool:
        return self.more.get("ended", "") == "1"

    @property
    def successor(self) -> str | None:
        return self.more.get("successor") or None

    def values(self) -> dict[str, Any]:
        """Column of `units` -> value, for what the file says."""
        found: dict[str, Any] = {
            "name": self.name,
            "tier": self.tier,
            "unit_type": self.unit_type,
            "parent_code": self.parent,
            "area_code": self.area_code,
        }
        for name in ("working_hours", "deputies"):
            if name in self.more:
                found[name] = self.more[name]
        if "population" in self.more:
            found["population"] = int(self.more["population"] or 0) or None
        if "checked" in self.more:
            written = self.more["checked"]
            found["checked"] = date.fromisoformat(written) if written else None
        if "ended" in self.more:
            found |= {"active": not self.has_ended, "successor_code": self.successor}
        return found


def planned(session: Session, path: Path) -> list[UnitRow]:
    """The rows of the file. Raises ValueError with everything that is wrong in it."""
    rows = read_units(path)
    stored = session.execute(select(Unit.code, Unit.parent_code, Unit.tier)).all()
    known = {code: (parent, tier) for code, parent, tier in stored}
    problems = list(find_problems(rows, known))
    if problems:
        raise ValueError(f"{path.name}: " + "; ".join(problems))
    return rows


def apply(session: Session, rows: Iterable[UnitRow]) -> None:
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
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        there = reader.fieldnames or ()
        lacking = [name for name in COLUMNS if name not in there]
        if lacking:
            raise ValueError(f"{path.name}: no column {', '.join(lacking)}")
        more = [name for name in MORE_COLUMNS if name in there]
        return [_row(cells, more, line) for line, cells in enumerate(reader, 2)]


def _row(cells: Mapping[str, str | None], more: Iterable[str], line: int) -> UnitRow:
    values = {name: (cells[name] or "").strip() for name in COLUMNS}
    parent = values.pop("parent") or None
    kept = {name: (cells[name] or "").strip() for name in more}
    return UnitRow(line=line, parent=parent, more=kept, **values)


def find_problems(
    rows: Iterable[UnitRow], known: Mapping[str, tuple[str | None, str]] | None = None
) -> Iterator[str]:
    """One short sentence for each thing that is wrong, with its line.

    `known` are the units that are there already: code -> parent and tier.
    """
    rows = list(rows)
    tree = {**(known or {}), **{row.code: (row.parent, row.tier) for row in rows}}
    parents = {code: parent for code, (parent, _) in tree.items()}
    ended = {row.code for row in rows if row.has_ended}
    seen: set[str] = set()
    for row in rows:
        where = f"line {row.line} ({row.code or 'no code'})"
        yield from (f"{where}: {what}" for what in _own_problems(row))
        if row.code in seen:
            yield f"{where}: the code is there twice"
        seen.add(row.code)
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


def _own_problems(row: UnitRow) -> Iterator[str]:
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
    over = tree[row.parent][1] if row.parent else "city"
    if row.tier not in TIERS or over not in TIERS:
        return False  # said already
    return TIERS.index(over) < TIERS.index(row.tier)


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
