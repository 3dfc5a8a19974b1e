"""Keeps `case_days` from the log of events.

An event of a case makes the days dirty on which the case was registered and settled. Dirty days
are counted anew, in one transaction with the note how far the log was read: a crash changes
nothing, and a late import counts for its own days.
"""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    any_,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
    text,
)
from sqlalchemy.orm import Session

from backend.clock import SHANGHAI
from backend.models.cases import Case, CaseEvent
from backend.models.rollups import CaseDay, RollupState

MOST_EVENTS = 20_000  # in one transaction
_ONLY = 1  # the id of the only row
_DIMENSIONS = (
    Case.unit_code, Case.district_code, Case.street_code, Case.domain, Case.kind,
    Case.source_channel,
)  # fmt: skip
_COLUMNS = ("unit_code", "district_code", "street_code", "domain", "kind", "channel")


def count_new(session: Session) -> int:
    """Count the days of the cases of the next events; returns the number of events.

    The events of the run before are read again: a transaction that began earlier may have
    committed later, with lower numbers.
    """
    state = _state(session)
    rows = session.execute(
        select(CaseEvent.id, CaseEvent.case_id)
        .where(CaseEvent.id > state.event_before)
        .order_by(CaseEvent.id)
        .limit(MOST_EVENTS)
    ).all()
    cases = {case_id for _, case_id in rows}
    recount(session, _days_of(session, cases))
    state.event_before = state.last_event if len(rows) < MOST_EVENTS else rows[-1][0]
    state.last_event = max([state.last_event, *(event for event, _ in rows)])
    return len(rows)


def recount_all(session: Session, *, now: datetime) -> None:
    """Count every day anew."""
    session.execute(delete(CaseDay))
    days = session.execute(select(func.min(Case.registered_at), func.max(Case.registered_at))).one()
    if days[0] is not None:
        last = max(now, days[1])
        recount(session, list(_each_day(days[0], last)), is_empty=True)


def recount(session: Session, days: Collection[date], *, is_empty: bool = False) -> None:
    """Count these days anew."""
    if not days:
        return
    chosen = any_(literal(list(days), ARRAY(Date)))
    if not is_empty:
        session.execute(delete(CaseDay).where(CaseDay.day == chosen))
    first = datetime.combine(min(days), datetime.min.time(), SHANGHAI)
    after = datetime.combine(max(days) + timedelta(days=1), datetime.min.time(), SHANGHAI)
    for moment, number in ((Case.registered_at, "registered"), (Case.first_resolved_at, "settled")):
        day = _day_of(moment)
        counts = [func.count() if name == number else literal(0) for name in _NUMBERS]
        group = [func.coalesce(column, "") for column in _DIMENSIONS]
        counted = (
            select(day, *group, *counts)
            .where(moment >= first, moment < after, day == chosen)
            .group_by(day, *group)
        )
        session.execute(insert(CaseDay).from_select(["day", *_COLUMNS, *_NUMBERS], counted))


_NUMBERS = ("registered", "settled")


def _days_of(session: Session, cases: Collection[int]) -> set[date]:
    chosen = Case.id == any_(literal(list(cases), ARRAY(CaseEvent.case_id.type)))
    rows = session.execute(
        select(_day_of(Case.registered_at), _day_of(Case.first_resolved_at)).where(chosen)
    )
    return {day for row in rows for day in row if day is not None}


def _day_of(moment: Any) -> ColumnElement[date]:
    return cast(func.timezone(text("'Asia/Shanghai'"), moment), Date)


def _each_day(first: datetime, last: datetime) -> Iterator[date]:
    day = first.astimezone(SHANGHAI).date()
    while day <= last.astimezone(SHANGHAI).date():
        yield day
        day += timedelta(days=1)


def _state(session: Session) -> RollupState:
    state = session.get(RollupState, _ONLY, with_for_update={"key_share": True})
    if state is None:
        state = RollupState(id=_ONLY, last_event=0, event_before=0)
        session.add(state)
        session.flush()
    return state
