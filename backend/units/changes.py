"""Changes that a file of units would make."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.models.staff import StaffAccount
from backend.models.units import Unit
from backend.units.importing import UnitRow


class Mark(StrEnum):
    """What happens to a unit; `UNKNOWN_DEPUTY` is a warning."""

    NEW = "+"
    ENDED = "-"
    CHANGED = "~"
    UNKNOWN_DEPUTY = "!"


@dataclass(frozen=True)
class UnitChange:
    """One change: of a new unit its tier, of an ended one its successor, else of a column."""

    mark: Mark
    code: str
    name: str
    column: str = ""
    before: Any = None
    after: Any = None

    @property
    def line(self) -> str:
        """The change for the operator."""
        match self.mark:
            case Mark.NEW:
                return f"+ {self.code} {self.name} ({self.after})"
            case Mark.ENDED:
                return f"- {self.code} {self.name}, its cases to {self.after or 'the dispatcher'}"
            case Mark.UNKNOWN_DEPUTY:
                return f"! {self.code} deputy {self.after!r}: nobody signs in with that name"
            case Mark.CHANGED:
                return f"~ {self.code} {self.column}: {self.before!r} -> {self.after!r}"


def changes(session: Session, rows: Iterable[UnitRow]) -> Iterator[UnitChange]:
    """What the rows would change, warnings first."""
    rows = list(rows)
    yield from _unknown_deputies(session, rows)
    stored = {unit.code: unit for unit in session.scalars(select(Unit))}
    for row in rows:
        unit = stored.get(row.code)
        if unit is None:
            yield UnitChange(Mark.NEW, row.code, row.name, after=row.tier)
        elif row.has_ended and unit.active:
            yield UnitChange(Mark.ENDED, row.code, unit.name, after=row.successor)
        else:
            yield from _differences(row, unit)


def _differences(row: UnitRow, unit: Unit) -> Iterator[UnitChange]:
    for column, value in row.values().items():
        stored_value = getattr(unit, column)
        if stored_value != value:
            yield UnitChange(Mark.CHANGED, row.code, unit.name, column, stored_value, value)


def _unknown_deputies(session: Session, rows: Iterable[UnitRow]) -> Iterator[UnitChange]:
    """Warnings on deputies that are not the username of an active account."""
    usernames = set(session.scalars(select(StaffAccount.username).where(StaffAccount.active)))
    for row in rows:
        for name in filter(None, row.more.get("deputies", "").split("|")):
            if name not in usernames:
                yield UnitChange(Mark.UNKNOWN_DEPUTY, row.code, row.name, after=name)


def ending_units(session: Session, rows: Iterable[UnitRow]) -> list[tuple[str, str | None]]:
    """Code and successor of each active unit that the file ends."""
    in_use = set(session.scalars(select(Unit.code).where(Unit.active)))
    return [(row.code, row.successor) for row in rows if row.has_ended and row.code in in_use]
