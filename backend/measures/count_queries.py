"""Counts cases in the database, split as it was asked for: in one scan of the period's cases."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from backend.measures import case_conditions
from backend.measures.case_conditions import DIMENSION_COLUMNS, DUE, RESPOND_DUE, SETTLED
from backend.measures.case_counts import Tally
from backend.measures.city_units import City
from backend.measures.formula import Satisfaction
from backend.measures.query import Asked
from backend.measures.rates import Rate
from backend.models.cases import Case

# The unit's code, or None, where it is split by that; and the values of the case's own.
Key = tuple[str | None, ...]


def tallies(
    session: Session, asked: Asked, city: City, rules: Satisfaction, now: datetime
) -> dict[Key, Tally]:
    of_unit = [Case.unit_code] if asked.is_by_unit else []
    split: list[Any] = [*of_unit, *case_columns(asked)]
    counts = _counts(asked, rules, now)
    query = (
        select(*split, *(it.label(name) for name, it in counts.items()))
        .select_from(case_conditions.with_answers())
        .where(
            or_(*(one.within(asked.period, now) for one in (DUE, RESPOND_DUE, SETTLED))),
            case_conditions.chosen(asked),
            case_conditions.with_unit(Case.unit_code, asked, city),
        )
        .group_by(*split)
    )
    found: dict[Key, Tally] = defaultdict(Tally)
    for row in session.execute(query):
        values: tuple[Any, ...] = tuple(row)
        found[values[: len(split)]] += Tally(*values[len(split) :])
    return found


def case_columns(asked: Asked) -> list[ColumnElement[Any]]:
    return [DIMENSION_COLUMNS[name].expression for name in asked.case_dimensions]


def _counts(asked: Asked, rules: Satisfaction, now: datetime) -> Mapping[str, ColumnElement[int]]:
    """In the order of `Tally`."""
    due, spoken, settled = (it.within(asked.period, now) for it in (DUE, RESPOND_DUE, SETTLED))
    conditions = {
        "due": and_(due, case_conditions.IS_DUE),
        "on_time": and_(due, case_conditions.IS_DUE, case_conditions.ON_TIME),
        "respond_due": and_(spoken, case_conditions.IS_TO_RESPOND),
        "responded": and_(spoken, case_conditions.IS_TO_RESPOND, case_conditions.RESPONDED),
        "settled": settled,
        "reopened": and_(settled, case_conditions.REOPENED),
        "answered": and_(settled, case_conditions.ANSWERED),
        "satisfied": and_(settled, case_conditions.satisfied(rules)),
        "solved": and_(settled, case_conditions.solved(rules)),
        "excluded": and_(settled, case_conditions.EXCLUDED),
        "withdrawn": and_(due, case_conditions.WITHDRAWN),
    }
    return {name: func.count().filter(it) for name, it in conditions.items()}


def city_satisfaction(session: Session, asked: Asked, rules: Satisfaction, now: datetime) -> Rate:
    """Of all units together, whoever asks: what few answers are drawn towards."""
    query = (
        select(
            func.count().filter(case_conditions.satisfied(rules)),
            func.count().filter(case_conditions.ANSWERED),
        )
        .select_from(case_conditions.with_answers())
        .where(SETTLED.within(asked.period, now), case_conditions.chosen(asked))
    )
    return Rate(*session.execute(query).one())
