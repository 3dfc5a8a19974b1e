"""Writes what the clocks say into a case's columns, for the lists and the sweep."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import ARRAY, Integer, String, any_, bindparam, literal, select
from sqlalchemy.orm import Session

from backend.clock import SHANGHAI
from backend.deadlines.city import time_limits
from backend.deadlines.clocks import MOVES, Clocks, Happened, read
from backend.deadlines.ladder import RUNGS, outstanding
from backend.deadlines.rules import Calendar
from backend.models.cases import Case, CaseEvent
from backend.vocabulary.case_lifecycle import Action
from nlu.city.loaded import power_list

_COUNTING = sorted({Action.REGISTER, *MOVES, *RUNGS})
_EVENTS = CaseEvent.__table__.c
# Made once: each step asks this, and to put it together takes longer than to ask it.
_LOG = (
    select(_EVENTS.case_id, _EVENTS.action, _EVENTS.at, _EVENTS.details)
    .where(
        _EVENTS.case_id == any_(bindparam("case_ids", type_=ARRAY(Integer))),
        _EVENTS.action == any_(literal(_COUNTING, ARRAY(String))),
    )
    .order_by(_EVENTS.id)
)


def limits_of(kind: str, power_item_code: str | None) -> dict[str, int]:
    """As they stand today, for a case that is being registered."""
    item = power_list().by_code.get(power_item_code or "")
    return asdict(time_limits().of(kind, item))


def sign_limits(tier: str, working_hours: str | None) -> dict[str, Any]:
    """How long a unit of this tier has to sign, in hours of its own or of the city's."""
    return {"sign_hours": time_limits().sign[tier], "hours": working_hours or None}


def happened(session: Session, cases: Sequence[Case]) -> dict[int, list[Happened]]:
    """Of each case the events that its clocks are read from, in the order of the log."""
    logs: dict[int, list[Happened]] = {case.id: [] for case in cases}
    session.flush()
    for case_id, action, at, details in session.execute(_LOG, {"case_ids": list(logs)}):
        logs[case_id].append(Happened(Action(action), at, details))
    for case in cases:
        logs[case.id][0] = _with_limits(case, logs[case.id][0])
    return logs


def _with_limits(case: Case, first: Happened) -> Happened:
    """A case from before limits were kept with the registration has today's."""
    kept: dict[str, Any] = {"limits": limits_of(case.kind, case.power_item_code)}
    return Happened(first.action, first.at, {**kept, **first.details})


def set_due_times(case: Case, log: Iterable[Happened], calendar: Calendar) -> None:
    for column, value in due_times(log, calendar).items():
        setattr(case, column, value)
    if case.lead_id is not None:
        case.next_due_at = None  # its lead is urged, once for all of them


def due_times(log: Iterable[Happened], calendar: Calendar) -> dict[str, Any]:
    """The columns by name."""
    events = list(log)
    clocks = read(events, calendar)
    rungs = outstanding(clocks, events, calendar)
    first = clocks.in_first_round
    columns = ("respond_by", "responded_at", "sign_by", "resolve_by", "total_resolve_by")
    return {
        **{column: getattr(clocks, column) for column in columns},
        "first_resolved_at": clocks.first_resolved_at,
        "first_respond_by": first.respond_by,
        "first_responded_at": first.responded_at,
        "first_resolve_by": first.resolve_by,
        "overdue_at": _overdue_at(clocks, events),
        "next_due_at": rungs[0].at if rungs else None,
    }


def _overdue_at(clocks: Clocks, events: Iterable[Happened]) -> Any:
    """When the present deadline was marked as missed."""
    due = clocks.resolve_by.astimezone(SHANGHAI).isoformat()
    for event in events:
        told = event.details
        if event.action is Action.OVERDUE and (told.get("clock"), told.get("due")) == (
            clocks.last,
            due,
        ):
            return event.at
    return None
