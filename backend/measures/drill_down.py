"""The cases behind a number: the same conditions that counted them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, select

from backend.errors import BadFilter
from backend.measures import buck_passing_events, case_conditions
from backend.measures.case_conditions import DUE, RESPOND_DUE, SETTLED, Cohort
from backend.measures.city_units import City
from backend.measures.formula import Formula
from backend.measures.query import Asked
from backend.models.cases import Case, CaseEvent


@dataclass(frozen=True)
class Number:
    """What a list is of, in the words of its heading."""

    label: str
    cohort: Cohort
    which: Callable[[Formula], ColumnElement[bool]]


def _always(condition: ColumnElement[bool]) -> Callable[[Formula], ColumnElement[bool]]:
    return lambda _: condition


_ON_TIME = and_(case_conditions.IS_DUE, case_conditions.ON_TIME)
_LATE = and_(case_conditions.IS_DUE, not_(case_conditions.ON_TIME))
_RESPONDED = and_(case_conditions.IS_TO_RESPOND, case_conditions.RESPONDED)
_SILENT = and_(case_conditions.IS_TO_RESPOND, not_(case_conditions.RESPONDED))

NUMBERS: Mapping[str, Number] = {
    "due": Number("到期的", DUE, _always(case_conditions.IS_DUE)),
    "on_time": Number("按期办结的", DUE, _always(_ON_TIME)),
    "late": Number("到期没有按期办结的", DUE, _always(_LATE)),
    "withdrawn": Number("到期前市民撤诉的", DUE, _always(case_conditions.WITHDRAWN)),
    "respond_due": Number("该联系市民的", RESPOND_DUE, _always(case_conditions.IS_TO_RESPOND)),
    "responded": Number("按期联系了市民的", RESPOND_DUE, _always(_RESPONDED)),
    "silent": Number("没有按期联系市民的", RESPOND_DUE, _always(_SILENT)),
    "settled": Number("办结的", SETTLED, _always(case_conditions.EVERY)),
    "reopened": Number("办结后又重办的", SETTLED, _always(case_conditions.REOPENED)),
    "answered": Number("市民评价了的", SETTLED, _always(case_conditions.ANSWERED)),
    "unanswered": Number("市民没有评价的", SETTLED, _always(case_conditions.UNANSWERED)),
    "excluded": Number("评价经两人同意剔除的", SETTLED, _always(case_conditions.EXCLUDED)),
    "satisfied": Number("满意的", SETTLED, lambda it: case_conditions.satisfied(it.satisfaction)),
    "dissatisfied": Number(
        "不满意的",
        SETTLED,
        lambda it: and_(case_conditions.ANSWERED, not_(case_conditions.satisfied(it.satisfaction))),
    ),
    "solved": Number(
        "市民认可解决了的", SETTLED, lambda it: case_conditions.solved(it.satisfaction)
    ),
    "unsolved": Number(
        "市民评价了、没有认可解决的",
        SETTLED,
        lambda it: and_(case_conditions.ANSWERED, not_(case_conditions.solved(it.satisfaction))),
    ),
}


@dataclass(frozen=True)
class Logged:
    """Numbers of the buck-passing index: events, each about a unit."""

    label: str
    which: ColumnElement[bool]
    unit: Any


_RETURNED_BY = buck_passing_events.told("returned_by")
LOGGED: Mapping[str, Logged] = {
    "dispatched": Logged("派给单位的", buck_passing_events.SENT, CaseEvent.to_unit),
    "refused_returns": Logged("退单没有获准的", buck_passing_events.REFUSED, _RETURNED_BY),
    "repeat_bounces": Logged(
        "再次退单没有获准的", buck_passing_events.BOUNCED_BEFORE, _RETURNED_BY
    ),
    "unsigned": Logged("超时才签收或退回的", buck_passing_events.LAY_UNSIGNED, CaseEvent.unit_code),
    "router_mistakes": Logged(
        "系统派错、退单获准的", buck_passing_events.ROUTER_ERRED, _RETURNED_BY
    ),
}
STILL_UNSIGNED = "still_unsigned"
LABELS = {
    **{name: one.label for name, one in NUMBERS.items()},
    **{name: one.label for name, one in LOGGED.items()},
    STILL_UNSIGNED: "超时还没签收的",
}


def behind(
    name: str, asked: Asked, city: City, formula: Formula, now: datetime
) -> ColumnElement[bool]:
    """A condition on cases. Raises BadFilter."""
    if name in NUMBERS:
        return _of_cases(NUMBERS[name], asked, city, formula, now)
    if name in LOGGED:
        return _of_events(LOGGED[name], asked, city, now)
    if name == STILL_UNSIGNED:
        there = buck_passing_events.still_unsigned(now)
        return and_(
            there,
            case_conditions.chosen(asked),
            case_conditions.with_unit(Case.unit_code, asked, city),
        )
    raise BadFilter(f"没有“{name}”这个数，有的是：{'、'.join(LABELS)}")


def _of_cases(
    number: Number, asked: Asked, city: City, formula: Formula, now: datetime
) -> ColumnElement[bool]:
    query = select(Case.id).select_from(case_conditions.with_answers())
    query = query.where(number.cohort.within(asked.period, now), number.which(formula))
    return and_(
        Case.id.in_(query),
        case_conditions.chosen(asked),
        case_conditions.with_unit(Case.unit_code, asked, city),
    )


def _of_events(one: Logged, asked: Asked, city: City, now: datetime) -> ColumnElement[bool]:
    events = select(CaseEvent.case_id).where(
        one.which,
        buck_passing_events.within(asked, now),
        case_conditions.with_unit(one.unit, asked, city),
    )
    return and_(Case.id.in_(events), case_conditions.chosen(asked))
