"""Drill-down: the cases behind a number, selected by the same conditions that counted them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, select

from backend.errors import BadFilter
from backend.measures import buck_passing_events as events
from backend.measures import case_conditions as conditions
from backend.measures.case_conditions import DUE, RESPOND_DUE, SETTLED, Cohort
from backend.measures.city_units import City
from backend.measures.formula import Formula
from backend.measures.query import MeasureQuery
from backend.models.cases import Case, CaseEvent


@dataclass(frozen=True)
class CaseNumber:
    """A number of cases; `label` is the heading of their list."""

    label: str
    cohort: Cohort
    condition: Callable[[Formula], ColumnElement[bool]]


def _always(condition: ColumnElement[bool]) -> Callable[[Formula], ColumnElement[bool]]:
    """A condition that does not depend on the formula."""
    return lambda _: condition


def _satisfied(formula: Formula) -> ColumnElement[bool]:
    return conditions.is_satisfied(formula.satisfaction)


def _dissatisfied(formula: Formula) -> ColumnElement[bool]:
    return and_(conditions.ANSWERED, not_(_satisfied(formula)))


def _solved(formula: Formula) -> ColumnElement[bool]:
    return conditions.is_solved(formula.satisfaction)


def _unsolved(formula: Formula) -> ColumnElement[bool]:
    return and_(conditions.ANSWERED, not_(_solved(formula)))


_ON_TIME = and_(conditions.IS_DUE, conditions.ON_TIME)
_LATE = and_(conditions.IS_DUE, not_(conditions.ON_TIME))
_RESPONDED = and_(conditions.IS_TO_RESPOND, conditions.RESPONDED)
_SILENT = and_(conditions.IS_TO_RESPOND, not_(conditions.RESPONDED))

NUMBERS: Mapping[str, CaseNumber] = {
    "due": CaseNumber("到期的", DUE, _always(conditions.IS_DUE)),
    "on_time": CaseNumber("按期办结的", DUE, _always(_ON_TIME)),
    "late": CaseNumber("到期没有按期办结的", DUE, _always(_LATE)),
    "withdrawn": CaseNumber("到期前市民撤诉的", DUE, _always(conditions.WITHDRAWN)),
    "respond_due": CaseNumber("该联系市民的", RESPOND_DUE, _always(conditions.IS_TO_RESPOND)),
    "responded": CaseNumber("按期联系了市民的", RESPOND_DUE, _always(_RESPONDED)),
    "silent": CaseNumber("没有按期联系市民的", RESPOND_DUE, _always(_SILENT)),
    "settled": CaseNumber("办结的", SETTLED, _always(conditions.EVERY)),
    "reopened": CaseNumber("办结后又重办的", SETTLED, _always(conditions.REOPENED)),
    "answered": CaseNumber("市民评价了的", SETTLED, _always(conditions.ANSWERED)),
    "unanswered": CaseNumber("市民没有评价的", SETTLED, _always(conditions.UNANSWERED)),
    "excluded": CaseNumber("评价经两人同意剔除的", SETTLED, _always(conditions.EXCLUDED)),
    "satisfied": CaseNumber("满意的", SETTLED, _satisfied),
    "dissatisfied": CaseNumber("不满意的", SETTLED, _dissatisfied),
    "solved": CaseNumber("市民认可解决了的", SETTLED, _solved),
    "unsolved": CaseNumber("市民评价了、没有认可解决的", SETTLED, _unsolved),
}


@dataclass(frozen=True)
class EventNumber:
    """A number of the buck-passing index: events, each charged to one unit."""

    label: str
    condition: ColumnElement[bool]
    unit: Any  # SQL expression for the code of the charged unit


_RETURNED_BY = events.detail("returned_by")
EVENT_NUMBERS: Mapping[str, EventNumber] = {
    "dispatched": EventNumber("派给单位的", events.DISPATCHES, CaseEvent.to_unit),
    "refused_returns": EventNumber("退单没有获准的", events.REFUSED_RETURNS, _RETURNED_BY),
    "repeat_bounces": EventNumber("再次退单没有获准的", events.REPEAT_BOUNCES, _RETURNED_BY),
    "unsigned": EventNumber("超时才签收或退回的", events.LATE_SIGNATURES, CaseEvent.unit_code),
    "router_mistakes": EventNumber(
        "系统派错、退单获准或撤回改派的", events.ROUTER_MISTAKES, events.DECIDED_ABOUT
    ),
}
STILL_UNSIGNED = "still_unsigned"
LABELS = {
    **{name: number.label for name, number in NUMBERS.items()},
    **{name: number.label for name, number in EVENT_NUMBERS.items()},
    STILL_UNSIGNED: "超时还没签收的",
}


def condition_of(
    name: str, query: MeasureQuery, city: City, formula: Formula, now: datetime
) -> ColumnElement[bool]:
    """SQL condition that selects the cases counted in the number `name`. Raises BadFilter."""
    if name in NUMBERS:
        return _of_cases(NUMBERS[name], query, city, formula, now)
    if name in EVENT_NUMBERS:
        return _of_events(EVENT_NUMBERS[name], query, city, now)
    if name == STILL_UNSIGNED:
        return and_(events.is_still_unsigned(now), _matches(query, city))
    raise BadFilter(f"没有“{name}”这个数，有的是：{'、'.join(LABELS)}")


def _of_cases(
    number: CaseNumber, query: MeasureQuery, city: City, formula: Formula, now: datetime
) -> ColumnElement[bool]:
    case_ids = (
        select(Case.id)
        .select_from(conditions.cases_with_ratings())
        .where(number.cohort.within(query.period, now), number.condition(formula))
    )
    return and_(Case.id.in_(case_ids), _matches(query, city))


def _matches(query: MeasureQuery, city: City) -> ColumnElement[bool]:
    return and_(
        conditions.matches_filters(query), conditions.matches_unit(Case.unit_code, query, city)
    )


def _of_events(
    number: EventNumber, query: MeasureQuery, city: City, now: datetime
) -> ColumnElement[bool]:
    case_ids = select(CaseEvent.case_id).where(
        number.condition,
        events.in_period(query, now),
        conditions.matches_unit(number.unit, query, city),
    )
    return and_(Case.id.in_(case_ids), conditions.matches_filters(query))
