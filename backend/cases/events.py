"""Events of the cases' log: written once, never changed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from backend.cases.step import StepContext
from backend.models.cases import Case, CaseEvent
from backend.vocabulary.case_lifecycle import Action

_TABLE = CaseEvent.__table__.c
_WRITTEN_COLUMNS = [column.name for column in _TABLE if column.name not in {"id", "to_unit"}]
_INSERT_ONE = insert(CaseEvent.__table__).returning(_TABLE.id)  # type: ignore[arg-type]


def was_noted(session: Session, case: Case, action: Action, message_id: int) -> bool:
    """True if the resident's message `message_id` has been logged as this action."""
    return session.scalar(
        select(func.count())
        .select_from(CaseEvent)
        .where(
            CaseEvent.case_id == case.id,
            CaseEvent.action == action,
            CaseEvent.details["message_id"].as_integer() == message_id,
        )
    ) not in (0, None)


def event_of(step: StepContext) -> CaseEvent:
    """The event of `step`, not yet written; it changes no status until the caller sets one."""
    added = {name: value for name, value in step.event_details.items() if value is not None}
    return CaseEvent(
        case_id=step.case.id,
        round=step.case.round,
        unit_code=step.case.unit_code,
        at=step.now,
        actor=step.actor.key,
        actor_name=step.actor.name,
        action=step.action,
        details=step.details.as_json() | added,
    )


def write_event(session: Session, event: CaseEvent) -> None:
    """Insert the event and set its id.

    The insert bypasses the session's unit of work: events never change, so tracking them would
    double the cost of a step and flush the case twice.
    """
    event.id = session.connection().scalars(_INSERT_ONE, _row(event)).one()


def write_events(session: Session, events: Sequence[CaseEvent]) -> None:
    """Insert many events at once, in this order; their ids are not set."""
    if events:
        rows = [_row(event) for event in events]
        session.connection().execute(insert(CaseEvent.__table__), rows)  # type: ignore[arg-type]


def _row(event: CaseEvent) -> dict[str, Any]:
    return {name: getattr(event, name) for name in _WRITTEN_COLUMNS}
