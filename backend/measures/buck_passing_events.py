"""Counts from the event log: dispatches to a unit, refused returns, time without signature."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from operator import add
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    Select,
    String,
    and_,
    cast,
    exists,
    func,
    literal_column,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from backend.cases.returns import Charged
from backend.deadlines.city import calendar
from backend.deadlines.working_time import working_time
from backend.measures import case_conditions as conditions
from backend.measures.count_queries import GroupKey, case_columns
from backend.measures.query import MeasureQuery
from backend.models.cases import Case, CaseEvent
from backend.vocabulary.case_lifecycle import Action, Status


@dataclass(frozen=True)
class BuckPassingCounts:
    """Counts of one unit, or of one group of its cases; they can be added."""

    dispatched: int = 0  # without recalled dispatches
    by_router: int = 0  # dispatches made by the router, also recalled ones
    refused_returns: int = 0
    repeat_bounces: int = 0
    unsigned_minutes: int = 0
    # Dispatches that were wrong: the return was accepted, or the case was recalled and redirected.
    router_mistakes: int = 0
    dispatcher_mistakes: int = 0

    def __add__(self, other: "BuckPassingCounts") -> "BuckPassingCounts":
        return BuckPassingCounts(*map(add, vars(self).values(), vars(other).values()))


def detail(name: str, event: Any = CaseEvent) -> ColumnElement[Any]:
    """The event's detail `name` as text.

    The name is a literal in the SQL, not a parameter, so that PostgreSQL uses the partial indexes
    on these expressions.
    """
    operator = event.details.op("->>", return_type=String())
    column: ColumnElement[Any] = operator(literal_column(f"'{name}'", String()))
    return column


_later = aliased(CaseEvent)
# A supervisor overruled the refusal in favour of the unit: the refused return does not count.
_OVERTURNED = exists().where(
    _later.case_id == CaseEvent.case_id,
    _later.round == CaseEvent.round,
    _later.id > CaseEvent.id,
    _later.action == Action.ARBITRATE,
    detail("return", _later) == "accepted",
    detail("returned_by", _later) == detail("returned_by"),
)
_CHARGED = detail("charged")
# Cases handled together count once: events of member cases copy those of the lead case.
_NOT_COPIED = detail("lead").is_(None)
DECIDED_RETURNS = and_(_CHARGED.is_not(None), _NOT_COPIED)
REFUSED_RETURNS = and_(DECIDED_RETURNS, _CHARGED == Charged.UNIT, ~_OVERTURNED)
_RETURN_NUMBER = detail("number").cast(Integer)
REPEAT_BOUNCES = and_(REFUSED_RETURNS, _RETURN_NUMBER > 1)
_over_minutes = detail("unsigned_over_minutes").cast(Integer)
LATE_SIGNATURES = and_(_over_minutes > literal_column("0"), _NOT_COPIED)
ROUTER_MISTAKES = _CHARGED == Charged.ROUTER
# The unit that returned the case, or that it was recalled from.
DECIDED_ABOUT = func.coalesce(detail("returned_by"), detail("recalled_from"))
_recall = aliased(CaseEvent)
_dispatched_at = detail("dispatched_at", _recall)
# A recall names the dispatch by its case, unit and time.
_RECALLED = tuple_(CaseEvent.case_id, CaseEvent.to_unit, CaseEvent.at).in_(
    select(
        _recall.case_id,
        detail("recalled_from", _recall),
        _dispatched_at.cast(DateTime(timezone=True)),
    ).where(_recall.action == Action.RECALL, _dispatched_at.is_not(None))
)
# A case that a unit gets back after a refused return, or in another round, is not dispatched anew.
_SENT = and_(
    CaseEvent.action.in_([literal_column("'dispatch'"), literal_column("'arbitrate'")]),
    detail("return").is_distinct_from(literal_column("'refused'")),
    _NOT_COPIED,
)
# A dispatch that was recalled before the unit signed is none of the unit's.
DISPATCHES = and_(_SENT, ~_RECALLED)


_Counts = Mapping[str, ColumnElement[Any]]
# For each kind of event: the charged unit, the condition, and the numbers to add up.
_KINDS: tuple[tuple[Any, ColumnElement[bool], _Counts], ...] = (
    (
        CaseEvent.to_unit,
        _SENT,
        {
            "dispatched": ~_RECALLED,
            "by_router": and_(CaseEvent.action == Action.DISPATCH, CaseEvent.actor == "router"),
        },
    ),
    (
        DECIDED_ABOUT,
        DECIDED_RETURNS,
        {
            "refused_returns": REFUSED_RETURNS,
            "repeat_bounces": REPEAT_BOUNCES,
            "router_mistakes": ROUTER_MISTAKES,
            "dispatcher_mistakes": _CHARGED == Charged.DISPATCHER,
        },
    ),
    (CaseEvent.unit_code, LATE_SIGNATURES, {"unsigned_minutes": _over_minutes}),
)
_NAMES = tuple(field.name for field in fields(BuckPassingCounts))


def count_buck_passing(
    session: Session, query: MeasureQuery, now: datetime
) -> dict[GroupKey, BuckPassingCounts]:
    """Counts by unit and case dimensions, for all units, whatever the caller may see."""
    counts: dict[GroupKey, BuckPassingCounts] = defaultdict(BuckPassingCounts)
    width = 1 + len(query.case_dimensions)
    for row in session.execute(_statement(query, now)):
        cells: tuple[Any, ...] = tuple(row)
        counts[cells[:width]] += BuckPassingCounts(*(number or 0 for number in cells[width:]))
    for key, minutes in _still_unsigned(session, query, now):
        counts[key] += BuckPassingCounts(unsigned_minutes=minutes)
    return dict(counts)


def _statement(query: MeasureQuery, now: datetime) -> Select[Any]:
    """Joins the cases only if the query groups or filters by one of their columns."""
    events = union_all(*(_of_kind(query, now, *kind) for kind in _KINDS)).subquery("events")
    group = [events.c.unit, *case_columns(query)]
    statement = select(*group, *(func.sum(events.c[name]) for name in _NAMES)).group_by(*group)
    if any(name in conditions.DIMENSION_COLUMNS for name in (*query.group, *query.filters)):
        statement = statement.join(Case, Case.id == events.c.case_id)
        statement = statement.where(conditions.matches_filters(query))
    return statement


def _of_kind(
    query: MeasureQuery, now: datetime, unit: Any, condition: ColumnElement[bool], counts: _Counts
) -> Select[Any]:
    zero: ColumnElement[Any] = literal_column("0")
    numbers = [cast(counts.get(name, zero), Integer).label(name) for name in _NAMES]
    columns = CaseEvent.case_id, unit.label("unit"), *numbers
    return select(*columns).where(condition, in_period(query, now))


def in_period(query: MeasureQuery, now: datetime) -> ColumnElement[bool]:
    period = query.period
    return and_(CaseEvent.at >= period.since, CaseEvent.at < min(period.until, now))


def _still_unsigned(
    session: Session, query: MeasureQuery, now: datetime
) -> list[tuple[GroupKey, int]]:
    """Minutes beyond the limit of cases that are unsigned now.

    Such a case has no event yet, so it counts only until the period ends; the later event of
    its signature or return holds the full time.
    """
    if now >= query.period.until:
        return []
    statement = select(Case.unit_code, *case_columns(query), Case.sign_by).where(
        is_still_unsigned(now), conditions.matches_filters(query)
    )
    city_calendar = calendar()
    return [
        (tuple(key), int(working_time(sign_by, now, city_calendar).total_seconds() // 60))
        for *key, sign_by in session.execute(statement)
    ]


def is_still_unsigned(now: datetime) -> ColumnElement[bool]:
    late = and_(Case.status == Status.DISPATCHED, Case.sign_by < now)
    return and_(late, Case.lead_id.is_(None))
