"""Changes that a file of units would make, as lines for the operator."""

from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.models.staff import StaffAccount
from backend.models.units import Unit
from backend.units.importing import UnitRow


def changes(session: Session, rows: Iterable[UnitRow]) -> Iterator[str]:
    """One line for each change: `+` new, `-` ended, `~` changed, `!` a warning."""
    rows = list(rows)
    yield from _unknown_deputies(session, rows)
    stored = {unit.code: unit for unit in session.scalars(select(Unit))}
    for row in rows:
        unit = stored.get(row.code)
        if unit is None:
            yield f"+ {row.code} {row.name} ({row.tier})"
        elif row.has_ended and unit.active:
            yield f"- {row.code} {unit.name}, its cases to {row.successor or 'the dispatcher'}"
        else:
            yield from _differences(row, unit)


def _differences(row: UnitRow, unit: Unit) -> Iterator[str]:
    for column, value in row.values().items():
        stored_value = getattr(unit, column)
        if stored_value != value:
            yield f"~ {row.code} {column}: {stored_value!r} -> {value!r}"


def _unknown_deputies(session: Session, rows: Iterable[UnitRow]) -> Iterator[str]:
    """Warnings on deputies that are not the username of an active account."""
    usernames = set(session.scalars(select(StaffAccount.username).where(StaffAccount.active)))
    for row in rows:
        for name in filter(None, row.more.get("deputies", "").split("|")):
            if name not in usernames:
                yield f"! {row.code} deputy {name!r}: nobody signs in with that name"


def ending_units(session: Session, rows: Iterable[UnitRow]) -> list[tuple[str, str | None]]:
    """Code and successor of each active unit that the file ends."""
    in_use = set(session.scalars(select(Unit.code).where(Unit.active)))
    return [(row.code, row.successor) for row in rows if row.has_ended and row.code in in_use]
