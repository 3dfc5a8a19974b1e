"""From the log: what each unit was sent, which returns were refused, and what lay unsigned."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from operator import add
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    cast,
    exists,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from backend.cases.returns import Charged
from backend.deadlines.city import calendar
from backend.deadlines.working_time import working_time
from backend.measures import cohorts
from backend.measures.asked import Asked
from backend.measures.counting import Key, case_columns
from backend.models.cases import Case, CaseEvent
from backend.vocabulary.case_lifecycle import Action, Status


@dataclass(frozen=True)
class Passing:
    """Of one unit, or of one unit's cases of one kind; numbers that add up."""

    dispatched: int = 0
    by_router: int = 0  # of these, sent by the router
    refused_returns: int = 0
    repeat_bounces: int = 0
    unsigned_minutes: int = 0
    router_mistakes: int = 0  # returns that were accepted: these count against who had sent it
    dispatcher_mistakes: int = 0

    def __add__(self, other: "Passing") -> "Passing":
        return Passing(*map(add, vars(self).values(), vars(other).values()))


def told(name: str, of: Any = CaseEvent) -> ColumnElement[Any]:
    """What the details say; the name stands in the SQL, for the indexes that know it."""
    written = of.details.op("->>", return_type=String())
    said: ColumnElement[Any] = written(literal_column(f"'{name}'", String()))
    return said


_later = aliased(CaseEvent)
# A supervisor found that the unit had been right: the refusal before that counts for nothing.
_OVERTURNED = exists().where(
    _later.case_id == CaseEvent.case_id,
    _later.round == CaseEvent.round,
    _later.id > CaseEvent.id,
    _later.action == Action.ARBITRATE,
    told("return", _later) == "accepted",
    told("returned_by", _later) == told("returned_by"),
)
_CHARGED = told("charged")
# What is handled together is handled once: members' events are shadows of their lead's.
_HANDLED = told("lead").is_(None)
DECIDED = and_(_CHARGED.is_not(None), _HANDLED)
REFUSED = and_(DECIDED, _CHARGED == Charged.UNIT, ~_OVERTURNED)
_NUMBER = told("number").cast(Integer)
BOUNCED_BEFORE = and_(REFUSED, _NUMBER > 1)
_over = told("unsigned_over_minutes").cast(Integer)
LAY_UNSIGNED = and_(_over > literal_column("0"), _HANDLED)
ROUTER_ERRED = _CHARGED == Charged.ROUTER
# Each once: what a unit has again because its return was refused, or in another round, is not new.
SENT = and_(
    CaseEvent.action.in_([literal_column("'dispatch'"), literal_column("'arbitrate'")]),
    told("return").is_distinct_from(literal_column("'refused'")),
    _HANDLED,
)


_Counts = Mapping[str, ColumnElement[Any]]
# Of each kind of event: the unit that it is about, which they are, and what is added up of them.
_KINDS: tuple[tuple[Any, ColumnElement[bool], _Counts], ...] = (
    (
        CaseEvent.to_unit,
        SENT,
        {
            "dispatched": literal_column("1"),
            "by_router": and_(CaseEvent.action == Action.DISPATCH, CaseEvent.actor == "router"),
        },
    ),
    (
        told("returned_by"),
        DECIDED,
        {
            "refused_returns": REFUSED,
            "repeat_bounces": BOUNCED_BEFORE,
            "router_mistakes": ROUTER_ERRED,
            "dispatcher_mistakes": _CHARGED == Charged.DISPATCHER,
        },
    ),
    (CaseEvent.unit_code, LAY_UNSIGNED, {"unsigned_minutes": _over}),
)
_NAMES = tuple(it.name for it in fields(Passing))


def passing(session: Session, asked: Asked, now: datetime) -> dict[Key, Passing]:
    """Of every unit of the city, whoever asks."""
    found: dict[Key, Passing] = defaultdict(Passing)
    width = 1 + len(asked.case_dimensions)
    for row in session.execute(_query(asked, now)):
        values: tuple[Any, ...] = tuple(row)
        found[values[:width]] += Passing(*(count or 0 for count in values[width:]))
    for key, minutes in _still_unsigned(session, asked, now):
        found[key] += Passing(unsigned_minutes=minutes)
    return dict(found)


def _query(asked: Asked, now: datetime) -> Select[Any]:
    """The cases are looked at only where they are asked for, and then once."""
    events = union_all(*(_of_kind(asked, now, *kind) for kind in _KINDS)).subquery("events")
    split = [events.c.unit, *case_columns(asked)]
    query = select(*split, *(func.sum(events.c[name]) for name in _NAMES)).group_by(*split)
    if any(name in cohorts.DIMENSION_COLUMNS for name in (*asked.group, *asked.only)):
        query = query.join(Case, Case.id == events.c.case_id).where(cohorts.chosen(asked))
    return query


def _of_kind(
    asked: Asked, now: datetime, unit: Any, which: ColumnElement[bool], counts: _Counts
) -> Select[Any]:
    nothing: ColumnElement[Any] = literal_column("0")
    numbers = [cast(counts.get(name, nothing), Integer).label(name) for name in _NAMES]
    columns = CaseEvent.case_id, unit.label("unit"), *numbers
    return select(*columns).where(which, within(asked, now))


def within(asked: Asked, now: datetime) -> ColumnElement[bool]:
    period = asked.period
    return and_(CaseEvent.at >= period.since, CaseEvent.at < min(period.until, now))


def _still_unsigned(session: Session, asked: Asked, now: datetime) -> list[tuple[Key, int]]:
    """Whoever never signs writes no event. They are counted while the period lasts; once signed,
    or returned, all the hours are in the event."""
    if now >= asked.period.until:
        return []
    query = select(Case.unit_code, *case_columns(asked), Case.sign_by).where(
        still_unsigned(now), cohorts.chosen(asked)
    )
    city = calendar()
    return [
        (tuple(key), int(working_time(sign_by, now, city).total_seconds() // 60))
        for *key, sign_by in session.execute(query)
    ]


def still_unsigned(now: datetime) -> ColumnElement[bool]:
    late = and_(Case.status == Status.DISPATCHED, Case.sign_by < now)
    return and_(late, Case.lead_id.is_(None))
