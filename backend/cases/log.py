"""The log of cases: lines are added to it and never changed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from backend.models.cases import CaseEvent

_TABLE = CaseEvent.__table__.c
_SAID = [column.name for column in _TABLE if column.name not in {"id", "to_unit"}]
_LINE = insert(CaseEvent.__table__).returning(_TABLE.id)  # type: ignore[arg-type]


def write(session: Session, event: CaseEvent) -> None:
    """From here on it has its number.

    Past the session's unit of work: nothing changes a line later, each step of a case would pay
    twice as much for it, and the case would be written now and again when the step is done.
    """
    event.id = session.connection().scalars(_LINE, _said(event)).one()


def write_all(session: Session, events: Sequence[CaseEvent]) -> None:
    """Many lines at once, in this order; they are not told which numbers they have."""
    if events:
        lines = [_said(event) for event in events]
        session.connection().execute(insert(CaseEvent.__table__), lines)  # type: ignore[arg-type]


def _said(event: CaseEvent) -> dict[str, Any]:
    return {name: getattr(event, name) for name in _SAID}
