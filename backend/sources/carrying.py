"""Cases that began elsewhere, carried over as they stand, many at a time.

One that is closed stays closed, nobody is told of it, and no router is asked. One that is open
and has no unit of ours goes to the unit that the router is sure of, else to the dispatcher; its
clock runs from when it was first registered, or to the date that was promised.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from backend.cases.arrivals import person_key
from backend.cases.due_times import due_times, limits_of, sign_limits
from backend.cases.registration import CASE_PREFIX
from backend.clock import SHANGHAI
from backend.deadlines.city import calendar
from backend.deadlines.clocks import ClockEvent
from backend.models.cases import Case, CaseEvent, CaseNumber
from backend.models.conversations import Conversation, Owner
from backend.models.residents import ChannelAccount, Resident
from backend.models.sources import KEY, SourceRecord
from backend.models.units import Unit
from backend.routing import service as routing
from backend.routing.learned import model_in_use
from backend.routing.rules import RoutableUnit, Route
from backend.sources import places
from backend.sources.contract import Row
from backend.sources.registry import Source
from backend.vocabulary.actors import ROUTER
from backend.vocabulary.case_lifecycle import Action, Status
from backend.vocabulary.tracks import track_of
from nlu.classifiers.linear import LinearModel
from nlu.language import secrecy
from nlu.language.text import normalise

_NEEDS_UNIT = frozenset({Status.DISPATCHED, Status.ACCEPTED, Status.RETURNED, Status.ON_HOLD})


@dataclass(frozen=True)
class _Desk:
    """What routing needs, read once for many rows."""

    units: Sequence[RoutableUnit]
    by_name: dict[str, str]  # the one unit's code by its name or code
    own_hours: dict[str, str]  # unit's code -> when it works, where it is not when the city does
    model: LinearModel

    @classmethod
    def of(cls, session: Session) -> "_Desk":
        units = routing.routable_units(session)
        named = Counter(unit.name for unit in units)
        by_name = {unit.name: unit.code for unit in units if named[unit.name] == 1}
        by_name.update((unit.code, unit.code) for unit in units)
        own = select(Unit.code, Unit.working_hours).where(Unit.working_hours != "")
        own_hours = {code: hours for code, hours in session.execute(own)}  # noqa: C416  rows
        return cls(units, by_name, own_hours, model_in_use(session))


@dataclass(frozen=True)
class _Judged:
    """A row, and what we make of it."""

    row: Row
    place: str | None
    status: Status
    unit: str | None
    route: Route | None


def carry_over(
    session: Session,
    source: Source,
    rows: Sequence[Row],
    *,
    intake_id: int,
    now: datetime,
) -> list[str]:
    """The numbers of the new cases, in the order of `rows`, none of which may be known yet."""
    desk = _Desk.of(session)
    judged = [_judge(row, desk) for row in rows]
    conversations = _conversations(session, source, rows, now)
    numbers = _numbers(session, [row.registered_at for row in rows])
    logs = [list(_events(source, one, desk, now)) for one in judged]
    cases = [
        _case(source, one, number, conversations[_person_key(one.row)], log)
        for one, number, log in zip(judged, numbers, logs, strict=True)
    ]
    ids = session.scalars(
        insert(Case).returning(Case.id, sort_by_parameter_order=True), cases
    ).all()
    events = [
        event | {"case_id": case_id}
        for case_id, log in zip(ids, logs, strict=True)
        for event in log
    ]
    session.execute(insert(CaseEvent), events)
    records = [
        _record(source, intake_id, case_id, one) for case_id, one in zip(ids, judged, strict=True)
    ]
    session.execute(insert(SourceRecord), records)
    return numbers


def key_of(source: Source, row: Row) -> str:
    """What makes taking it twice impossible, whichever way it comes."""
    return f"{KEY}{source.code}:{row.original_no}"


def _judge(row: Row, desk: _Desk) -> _Judged:
    place = places.in_words(row.place, row.pin)
    unit = desk.by_name.get(row.unit or "")
    status = row.status
    if unit is None and status in _NEEDS_UNIT:
        status = Status.REGISTERED  # whoever has it is no unit of ours: begin with whose it is
    route = None
    if status is Status.REGISTERED:
        route = routing.route_among(desk.units, row.text, place, desk.model)
        unit = route.unit.code if route.unit else None
        status = Status.DISPATCHED if unit else Status.REGISTERED
    return _Judged(row, place, status, unit, route)


def _person_key(row: Row) -> str:
    return person_key(row.phone, row.original_no)


def _conversations(
    session: Session, source: Source, rows: Sequence[Row], now: datetime
) -> dict[str, tuple[int, int]]:
    """Resident and conversation of each person, made where they are new."""
    people = {_person_key(row): row for row in rows}
    known = _known(session, source, list(people))
    new = {key: row for key, row in people.items() if key not in known}
    if not new:
        return known
    residents = session.scalars(
        insert(Resident).returning(Resident.id, sort_by_parameter_order=True),
        [{"phone": row.phone, "name": row.name, "created_at": now} for row in new.values()],
    ).all()
    account = {"channel": source.code, "scene": None, "blocked_at": now, "created_at": now}
    accounts = session.scalars(
        insert(ChannelAccount).returning(ChannelAccount.id, sort_by_parameter_order=True),
        [
            account | {"external_id": key, "resident_id": resident}
            for key, resident in zip(new, residents, strict=True)
        ],
    ).all()
    begun = {"owner": Owner.BOT, "turn_lease": 0, "last_seq": 0}
    conversations = session.scalars(
        insert(Conversation).returning(Conversation.id, sort_by_parameter_order=True),
        [begun | {"account_id": account_id, "created_at": now} for account_id in accounts],
    ).all()
    return known | dict(zip(new, zip(residents, conversations, strict=True), strict=True))


def _known(session: Session, source: Source, keys: list[str]) -> dict[str, tuple[int, int]]:
    found = session.execute(
        select(ChannelAccount.external_id, ChannelAccount.resident_id, Conversation.id)
        .join(Conversation, Conversation.account_id == ChannelAccount.id)
        .where(ChannelAccount.channel == source.code, ChannelAccount.external_id.in_(keys))
    )
    return {key: (resident, conversation) for key, resident, conversation in found}


def _numbers(session: Session, moments: Sequence[datetime]) -> list[str]:
    """A case number for each, of the day that it was registered on.

    The rows of the days are locked from here to the commit, in the order of the days, so that two
    imports never wait for each other in a circle.
    """
    days = [moment.astimezone(SHANGHAI).date() for moment in moments]
    wanted = [{"day": day, "last": count} for day, count in sorted(Counter(days).items())]
    statement = upsert(CaseNumber).values(wanted)
    rows = session.execute(
        statement.on_conflict_do_update(
            index_elements=[CaseNumber.day],
            set_={"last": CaseNumber.last + statement.excluded.last},
        ).returning(CaseNumber.day, CaseNumber.last)
    )
    taken = Counter(days)
    following = {day: last - taken[day] + 1 for day, last in rows}
    numbers = []
    for day in days:
        numbers.append(f"{CASE_PREFIX}{day:%Y%m%d}{following[day]:06d}")
        following[day] += 1
    return numbers


def _case(
    source: Source,
    one: _Judged,
    case_no: str,
    whose: tuple[int, int],
    log: Sequence[dict[str, Any]],
) -> dict[str, Any]:
    row, route = one.row, one.route
    resident_id, conversation_id = whose
    events = [ClockEvent(Action(it["action"]), it["at"], it["details"]) for it in log]
    times = due_times(events, calendar())
    settled_at = times["first_resolved_at"]
    return {
        "case_no": case_no,
        "idempotency_key": key_of(source, row),
        "resident_id": resident_id,
        "conversation_id": conversation_id,
        "source_channel": row.channel or source.contract.channel,
        "status": one.status,
        "kind": _kind(source, one),
        "track": track_of(_kind(source, one)),
        "domain": route.domain if route else None,
        "power_item_code": _item_code(one),
        "size": route.matter.size.value if route else None,
        "text": row.text,
        "anonymous": secrecy.wish(row.text) or _kind(source, one) == "report",
        "location": _location(one),
        "routing": route.as_json() if route else {},
        "unit_code": one.unit,
        "first_contact_owner": one.unit,
        "round": 1,
        "chases": 0,
        "returns": 0,
        "registered_at": row.registered_at,
        **times,
        "accepted_at": row.accepted_at if route is None else None,
        "held_at": _brought(log, "held_at"),
        "resolved_at": settled_at,
        "closed_at": (row.closed_at or settled_at) if one.status is Status.CLOSED else None,
        "outcome": row.outcome,
        "outcome_text": row.answer,
    }


def _kind(source: Source, one: _Judged) -> str:
    return one.row.kind or (one.route.kind if one.route else source.contract.kind)


def _item_code(one: _Judged) -> str | None:
    item = one.route.power_item if one.route else None
    return item.code if item else None


def _brought(log: Sequence[dict[str, Any]], name: str) -> datetime | None:
    written = log[0]["details"]["brought"].get(name)
    return datetime.fromisoformat(written) if written else None


def _location(one: _Judged) -> dict[str, Any]:
    pin = one.row.pin
    area = one.route.area if one.route else routing.area_of("", normalise(one.place or ""))
    return {"text": one.place, "pin": vars(pin) if pin else None, **area.as_json()}


def _events(source: Source, one: _Judged, desk: _Desk, now: datetime) -> Iterator[dict[str, Any]]:
    """That it came over, with the status that it had; and where the router sent it."""
    was = Status.REGISTERED if one.route else one.status
    came = {
        "round": 1,
        "unit_code": None if one.route else one.unit,
        "at": one.row.registered_at,
        "actor": f"source:{source.code}",
        "actor_name": source.name,
        "action": Action.REGISTER,
        "from_status": None,
        "to_status": was,
        "details": {
            "text": f"从{source.name}转来，原编号 {one.row.original_no}",
            "limits": limits_of(_kind(source, one), _item_code(one)),
            "brought": _what_is_brought(one, now),
        },
    }
    yield came
    if one.route and one.route.unit:
        unit = one.route.unit
        yield came | {
            "at": now,
            "actor": ROUTER.key,
            "actor_name": ROUTER.name,
            "action": Action.DISPATCH,
            "from_status": was,
            "to_status": one.status,
            "details": {
                "unit": unit.code,
                **sign_limits(unit.tier, desk.own_hours.get(unit.code)),
            },
        }


def _what_is_brought(one: _Judged, now: datetime) -> dict[str, str]:
    """What was promised and done elsewhere, for the clocks to start from."""
    row, status = one.row, one.status
    is_over = one.route is None and not status.is_open
    known = {
        "resolve_by": row.resolve_by,
        "accepted_at": row.accepted_at if one.route is None else None,
        "held_at": now if status is Status.ON_HOLD else None,
        "settled_at": (row.resolved_at or row.closed_at or now) if is_over else None,
    }
    return {name: at.isoformat() for name, at in known.items() if at}


def _record(source: Source, intake_id: int, case_id: int, one: _Judged) -> dict[str, Any]:
    return {
        "source_code": source.code,
        "original_no": one.row.original_no,
        "case_id": case_id,
        "intake_id": intake_id,
        "registered_at": one.row.registered_at,
        "as_given": dict(one.row.as_given),
    }
