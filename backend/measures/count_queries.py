"""Counts cases in the database by the grouping of a query, in one scan of the period's cases."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from backend.measures import case_conditions as conditions
from backend.measures.case_conditions import DIMENSION_COLUMNS, DUE, RESPOND_DUE, SETTLED
from backend.measures.case_counts import CaseCounts
from backend.measures.city_units import City
from backend.measures.formula import Satisfaction
from backend.measures.query import MeasureQuery
from backend.measures.rates import Rate
from backend.models.cases import Case

# The unit's code (or None) if the query groups by unit, then the values of the case dimensions.
GroupKey = tuple[str | None, ...]


def count_cases(
    session: Session, query: MeasureQuery, city: City, rules: Satisfaction, now: datetime
) -> dict[GroupKey, CaseCounts]:
    by_unit = [Case.unit_code] if query.is_by_unit else []
    group: list[Any] = [*by_unit, *case_columns(query)]
    counts = _count_columns(query, rules, now)
    statement = (
        select(*group, *(column.label(name) for name, column in counts.items()))
        .select_from(conditions.cases_with_ratings())
        .where(
            or_(*(cohort.within(query.period, now) for cohort in (DUE, RESPOND_DUE, SETTLED))),
            conditions.matches_filters(query),
            conditions.matches_unit(Case.unit_code, query, city),
        )
        .group_by(*group)
    )
    counts_by_key: dict[GroupKey, CaseCounts] = defaultdict(CaseCounts)
    for row in session.execute(statement):
        cells: tuple[Any, ...] = tuple(row)
        counts_by_key[cells[: len(group)]] += CaseCounts(*cells[len(group) :])
    return counts_by_key


def case_columns(query: MeasureQuery) -> list[ColumnElement[Any]]:
    return [DIMENSION_COLUMNS[name].expression for name in query.case_dimensions]


def _count_columns(
    query: MeasureQuery, rules: Satisfaction, now: datetime
) -> Mapping[str, ColumnElement[int]]:
    """The columns, in the order of the fields of `CaseCounts`."""
    due, respond_due, settled = (
        cohort.within(query.period, now) for cohort in (DUE, RESPOND_DUE, SETTLED)
    )
    columns = {
        "due": and_(due, conditions.IS_DUE),
        "on_time": and_(due, conditions.IS_DUE, conditions.ON_TIME),
        "respond_due": and_(respond_due, conditions.IS_TO_RESPOND),
        "responded": and_(respond_due, conditions.IS_TO_RESPOND, conditions.RESPONDED),
        "settled": settled,
        "reopened": and_(settled, conditions.REOPENED),
        "answered": and_(settled, conditions.ANSWERED),
        "satisfied": and_(settled, conditions.is_satisfied(rules)),
        "solved": and_(settled, conditions.is_solved(rules)),
        "excluded": and_(settled, conditions.EXCLUDED),
        "withdrawn": and_(due, conditions.WITHDRAWN),
    }
    return {name: func.count().filter(condition) for name, condition in columns.items()}


def city_satisfaction(
    session: Session, query: MeasureQuery, rules: Satisfaction, now: datetime
) -> Rate:
    """Satisfaction of all units together, whatever the caller may see."""
    satisfied = func.count().filter(conditions.is_satisfied(rules))
    statement = (
        select(satisfied, func.count().filter(conditions.ANSWERED))
        .select_from(conditions.cases_with_ratings())
        .where(SETTLED.within(query.period, now), conditions.matches_filters(query))
    )
    return Rate(*session.execute(statement).one())
