"""Writes the clocks of a case into its due-time columns, for the lists and the sweep."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Integer, String, any_, bindparam, literal, select
from sqlalchemy.orm import Session

from backend.clock import SHANGHAI
from backend.deadlines.city import time_limits
from backend.deadlines.clocks import CLOCK_MOVES, ClockEvent, Clocks, read_clocks
from backend.deadlines.ladder import ESCALATION_ACTIONS, outstanding_steps
from backend.deadlines.rules import Calendar
from backend.models.cases import Case, CaseEvent
from backend.vocabulary.case_lifecycle import Action
from nlu.city.loaded import power_list

_CLOCK_ACTIONS = sorted({Action.REGISTER, *CLOCK_MOVES, *ESCALATION_ACTIONS})
_EVENTS = CaseEvent.__table__.c
# Built once: building this query takes longer than running it.
_SELECT_EVENTS = (
    select(_EVENTS.case_id, _EVENTS.action, _EVENTS.at, _EVENTS.details)
    .where(
        _EVENTS.case_id == any_(bindparam("case_ids", type_=ARRAY(Integer))),
        _EVENTS.action == any_(literal(_CLOCK_ACTIONS, ARRAY(String))),
    )
    .order_by(_EVENTS.id)
)


def limits_of(kind: str, power_item_code: str | None) -> dict[str, int]:
    """The limits in force today, for a case that is being registered."""
    item = power_list().by_code.get(power_item_code or "")
    return asdict(time_limits().of(kind, item))


def sign_limits(tier: str, working_hours: str | None) -> dict[str, Any]:
    """Event details: how long a unit of this tier has to sign, in its own hours or the city's."""
    return {"sign_hours": time_limits().sign[tier], "hours": working_hours or None}


def load_clock_events(session: Session, cases: Sequence[Case]) -> dict[int, list[ClockEvent]]:
    """Case id -> the events that its clocks depend on, in the order of the log."""
    logs: dict[int, list[ClockEvent]] = {case.id: [] for case in cases}
    session.flush()
    for case_id, action, at, details in session.execute(_SELECT_EVENTS, {"case_ids": list(logs)}):
        logs[case_id].append(ClockEvent(Action(action), at, details))
    for case in cases:
        logs[case.id][0] = _with_limits(case, logs[case.id][0])
    return logs


def _with_limits(case: Case, registration: ClockEvent) -> ClockEvent:
    """Add today's limits to a registration that was logged without limits."""
    limits: dict[str, Any] = {"limits": limits_of(case.kind, case.power_item_code)}
    return ClockEvent(registration.action, registration.at, {**limits, **registration.details})


def set_due_times(case: Case, events: Iterable[ClockEvent], calendar: Calendar) -> None:
    for column, value in due_times(events, calendar).items():
        setattr(case, column, value)
    if case.lead_id is not None:
        case.next_due_at = None  # the sweep escalates the lead for all its members


def due_times(clock_events: Iterable[ClockEvent], calendar: Calendar) -> dict[str, Any]:
    """Column name -> value."""
    events = list(clock_events)
    clocks = read_clocks(events, calendar)
    steps = outstanding_steps(clocks, events, calendar)
    first = clocks.in_first_round
    columns = ("respond_by", "responded_at", "sign_by", "resolve_by", "total_resolve_by")
    return {
        **{column: getattr(clocks, column) for column in columns},
        "first_resolved_at": clocks.first_resolved_at,
        "first_respond_by": first.respond_by,
        "first_responded_at": first.responded_at,
        "first_resolve_by": first.resolve_by,
        "overdue_at": _overdue_at(clocks, events),
        "next_due_at": steps[0].at if steps else None,
    }


def _overdue_at(clocks: Clocks, events: Iterable[ClockEvent]) -> datetime | None:
    """When the present deadline was marked as missed."""
    missed = (clocks.last, clocks.resolve_by.astimezone(SHANGHAI).isoformat())
    for event in events:
        deadline = (event.details.get("clock"), event.details.get("due"))
        if event.action is Action.OVERDUE and deadline == missed:
            return event.at
    return None
