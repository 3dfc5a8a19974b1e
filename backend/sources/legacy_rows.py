"""Rows of imported cases: routing, and the column values of cases, events and records."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.cases.due_times import due_times, limits_of, sign_limits
from backend.deadlines.city import calendar
from backend.deadlines.clocks import ClockEvent
from backend.models.sources import KEY
from backend.models.units import Unit
from backend.routing import service as routing
from backend.routing.past_case_models import model_in_use
from backend.routing.rules import RoutableUnit, Route
from backend.sources import places
from backend.sources.contract import Row
from backend.sources.registry import Source
from backend.sources.updating import sent_of
from backend.vocabulary.actors import ROUTER
from backend.vocabulary.case_lifecycle import Action, Status
from backend.vocabulary.tracks import track_of
from nlu.classifiers.linear import LinearModel
from nlu.language import secrecy
from nlu.language.text import normalise

_UNIT_STATUSES = frozenset({Status.DISPATCHED, Status.ACCEPTED, Status.RETURNED, Status.ON_HOLD})


@dataclass(frozen=True)
class RoutingContext:
    """Data that routing needs, read once for many rows."""

    units: Sequence[RoutableUnit]
    codes: dict[str, str]  # unit code by unique name, or by code
    own_hours: dict[str, str]  # working hours by unit code, where they differ from the city's
    model: LinearModel

    @classmethod
    def read(cls, session: Session) -> "RoutingContext":
        units = routing.routable_units(session)
        name_counts = Counter(unit.name for unit in units)
        codes = {unit.name: unit.code for unit in units if name_counts[unit.name] == 1}
        codes.update((unit.code, unit.code) for unit in units)
        own = select(Unit.code, Unit.working_hours).where(Unit.working_hours != "")
        own_hours = {code: hours for code, hours in session.execute(own)}  # noqa: C416  rows
        return cls(units, codes, own_hours, model_in_use(session))


@dataclass(frozen=True)
class RoutedRow:
    """A row with its place, and the status and unit that the case gets."""

    row: Row
    place: str | None
    status: Status
    unit: str | None
    route: Route | None  # None if the row was not routed


def idempotency_key(source: Source, row: Row) -> str:
    """Idempotency key of the row's case, the same for pushed and imported rows."""
    return f"{KEY}{source.code}:{row.original_no}"


def routed_row(row: Row, context: RoutingContext) -> RoutedRow:
    """Route a row, unless a unit of ours has the case already."""
    place = places.place_text(row.place, row.pin)
    unit = context.codes.get(row.unit or "")
    status = row.status
    if unit is None and status in _UNIT_STATUSES:
        status = Status.REGISTERED  # the source's unit is none of ours: route the case anew
    route = None
    if status is Status.REGISTERED:
        route = routing.route_among(context.units, row.text, place, context.model)
        unit = route.unit.code if route.unit else None
        status = Status.DISPATCHED if unit else Status.REGISTERED
    return RoutedRow(row, place, status, unit, route)


def case_values(
    source: Source,
    routed: RoutedRow,
    case_no: str,
    resident_and_conversation: tuple[int, int],
    log: Sequence[dict[str, Any]],
) -> dict[str, Any]:
    """Column values of the case."""
    row, route = routed.row, routed.route
    resident_id, conversation_id = resident_and_conversation
    clock_events = [
        ClockEvent(Action(event["action"]), event["at"], event["details"]) for event in log
    ]
    times = due_times(clock_events, calendar())
    settled_at = times["first_resolved_at"]
    kind = _kind(source, routed)
    return {
        "case_no": case_no,
        "idempotency_key": idempotency_key(source, row),
        "resident_id": resident_id,
        "conversation_id": conversation_id,
        "source_channel": row.channel or source.contract.channel,
        "status": routed.status,
        "kind": kind,
        "track": track_of(kind),
        **_route_columns(routed),
        "text": row.text,
        "anonymous": secrecy.wish(row.text) or kind == "report",
        "location": _location(routed),
        "unit_code": routed.unit,
        "first_contact_owner": routed.unit,
        "round": 1,
        "chases": 0,
        "returns": 0,
        "registered_at": row.registered_at,
        **times,
        "accepted_at": row.accepted_at if route is None else None,
        "held_at": _earlier_time(log, "held_at"),
        "resolved_at": settled_at,
        "closed_at": (row.closed_at or settled_at) if routed.status is Status.CLOSED else None,
        "outcome": row.outcome,
        "outcome_text": row.answer,
    }


def _route_columns(routed: RoutedRow) -> dict[str, Any]:
    route = routed.route
    return {
        "domain": route.domain if route else None,
        "power_item_code": _item_code(routed),
        "size": route.matter.size.value if route else None,
        "routing": route.as_json() if route else {},
    }


def _kind(source: Source, routed: RoutedRow) -> str:
    return routed.row.kind or (routed.route.kind if routed.route else source.contract.kind)


def _item_code(routed: RoutedRow) -> str | None:
    item = routed.route.power_item if routed.route else None
    return item.code if item else None


def _earlier_time(log: Sequence[dict[str, Any]], name: str) -> datetime | None:
    """The time `name` from the details of the registration event."""
    iso_time = log[0]["details"]["brought"].get(name)
    return datetime.fromisoformat(iso_time) if iso_time else None


def _location(routed: RoutedRow) -> dict[str, Any]:
    pin, place = routed.row.pin, routed.place
    area = routed.route.area if routed.route else routing.area_of("", normalise(place or ""))
    return {"text": place, "pin": vars(pin) if pin else None, **area.as_json()}


def event_values(
    source: Source, routed: RoutedRow, context: RoutingContext, now: datetime
) -> Iterator[dict[str, Any]]:
    """The registration, then the router's dispatch, if any."""
    registration = _registration(source, routed, now)
    yield registration
    if routed.route and routed.route.unit:
        unit = routed.route.unit
        yield registration | {
            "at": now,
            "actor": ROUTER.key,
            "actor_name": ROUTER.name,
            "action": Action.DISPATCH,
            "from_status": registration["to_status"],
            "to_status": routed.status,
            "details": {
                "unit": unit.code,
                **sign_limits(unit.tier, context.own_hours.get(unit.code)),
            },
        }


def _registration(source: Source, routed: RoutedRow, now: datetime) -> dict[str, Any]:
    """The registration event; a row that was not routed keeps the source's status and unit."""
    return {
        "round": 1,
        "unit_code": None if routed.route else routed.unit,
        "at": routed.row.registered_at,
        "actor": f"source:{source.code}",
        "actor_name": source.name,
        "action": Action.REGISTER,
        "from_status": None,
        "to_status": Status.REGISTERED if routed.route else routed.status,
        "details": {
            "text": f"从{source.name}转来，原编号 {routed.row.original_no}",
            "limits": limits_of(_kind(source, routed), _item_code(routed)),
            "brought": _earlier_times(routed, now),
        },
    }


def _earlier_times(routed: RoutedRow, now: datetime) -> dict[str, str]:
    """Times promised or set in the other system, from which the clocks are computed."""
    row, status = routed.row, routed.status
    is_settled = routed.route is None and not status.is_open
    times = {
        "resolve_by": row.resolve_by,
        "accepted_at": row.accepted_at if routed.route is None else None,
        "held_at": now if status is Status.ON_HOLD else None,
        "settled_at": (row.resolved_at or row.closed_at or now) if is_settled else None,
    }
    return {name: at.isoformat() for name, at in times.items() if at}


def record_values(source: Source, intake_id: int, case_id: int, row: Row) -> dict[str, Any]:
    """Column values of the source record: the row as it was given."""
    return {
        "source_code": source.code,
        "original_no": row.original_no,
        "number_key": row.number_key,
        "case_id": case_id,
        "intake_id": intake_id,
        "registered_at": row.registered_at,
        "as_given": dict(row.as_given),
        "sent": sent_of(row),
    }
