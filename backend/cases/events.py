"""Lines of the cases' log: written once, never changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from backend.cases.step import Details
from backend.models.cases import Case, CaseEvent
from backend.vocabulary.actors import Actor as Actor
from backend.vocabulary.case_lifecycle import Action, Status


def was_noted(session: Session, case: Case, action: Action, message_id: int) -> bool:
    return session.scalar(
        select(func.count())
        .select_from(CaseEvent)
        .where(
            CaseEvent.case_id == case.id,
            CaseEvent.action == action,
            CaseEvent.details["message_id"].as_integer() == message_id,
        )
    ) not in (0, None)


def _log(
    session: Session,
    case: Case,
    action: Action,
    actor: Actor,
    change: tuple[Status, Status] | None,
    details: Details,
    now: datetime,
    found: Mapping[str, object],
    had_it: str | None = None,
) -> CaseEvent:
    """`had_it` is the unit that had the case before a step that may have moved it."""
    event = event_of(case, action, actor, details, found, now=now)
    if change:
        event.from_status, event.to_status = change
        event.unit_code = had_it
    elif action is Action.REGISTER:
        event.to_status = case.status
    write(session, event)
    return event


def event_of(
    case: Case,
    action: Action,
    actor: Actor,
    details: Details,
    found: Mapping[str, object],
    *,
    now: datetime,
) -> CaseEvent:
    """A line that changes no status; the caller writes it into the log."""
    return CaseEvent(
        case_id=case.id,
        round=case.round,
        unit_code=case.unit_code,
        at=now,
        actor=actor.key,
        actor_name=actor.name,
        action=action,
        details=details.kept() | {name: it for name, it in found.items() if it is not None},
    )


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
