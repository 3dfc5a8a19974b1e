"""Reads and checks the parameters of the measures; limits them to the units a caller may see."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.clock import SHANGHAI, now
from backend.database import Database
from backend.desk import case_search
from backend.errors import BadFilter
from backend.measures.boards import Boards, boards
from backend.measures.city_units import City
from backend.measures.drill_down import LABELS, condition_of
from backend.measures.formula import Formula
from backend.measures.labels import known_values
from backend.measures.periods import month_of, parse
from backend.measures.query import DIMENSIONS, NONE, MeasureQuery
from backend.measures.report import Report, measure
from backend.measures.versions import formulas
from backend.models.cases import Case
from backend.models.staff import Role, StaffAccount
from backend.staff.visibility import units_below, visible_cases
from backend.web.inputs import Words

FILTERS = tuple(name for name in DIMENSIONS if name != "month")
_SCENE = re.compile(r"[\w-]{1,64}")
PARAMETERS = frozenset({"period", "group", "version", *FILTERS})


@dataclass(frozen=True)
class MeasureRequest:
    query: MeasureQuery
    formula: Formula
    version: str | None  # the requested version; None: the one valid in the period
    scope: str  # in words: the units that the numbers cover


def read_request(
    session: Session,
    staff: StaffAccount,
    parameters: Mapping[str, str | None],
    *,
    city: City,
    now: datetime,
) -> MeasureRequest:
    """Empty parameters count as missing. Raises BadFilter."""
    values = {name: value for name, value in parameters.items() if value}
    text = values.get("period")
    period = parse(text) if text else month_of(now.astimezone(SHANGHAI).date())
    group = tuple(part.strip() for part in values.get("group", "").split(",") if part.strip())
    filters = {name: values[name] for name in FILTERS if name in values}
    for name, value in filters.items():
        _check(name, value, city)
    units, scope = scope_of(session, staff)
    version = values.get("version")
    formula = formulas().of(period.first, version)
    return MeasureRequest(MeasureQuery(period, group, filters, units), formula, version, scope)


def refuse_unknown(names: Mapping[str, str], *more: str) -> None:
    """Raises BadFilter: a misspelt filter must not give the numbers of the whole city."""
    unknown = sorted(set(names) - PARAMETERS - set(more))
    if unknown:
        allowed = "、".join(sorted(PARAMETERS | set(more)))
        raise BadFilter(f"不认识“{unknown[0][:50]}”，可以用：{allowed}")


def _check(name: str, value: str, city: City) -> None:
    if value == NONE:
        return
    if name == "scene":  # posters are printed by others: any name may be asked for
        exists = _SCENE.fullmatch(value) is not None
    elif name in ("unit", "first_contact"):
        exists = city.name_of(value) is not None
    else:
        exists = value in known_values(name)
    if not exists:
        raise BadFilter(f"{DIMENSIONS[name]}里没有“{value[:50]}”")


def scope_of(session: Session, staff: StaffAccount) -> tuple[frozenset[str] | None, str]:
    """Units that the caller may see, and these in words; None for the whole city.

    A handler sees their own unit, other roles also the units below, the centre the whole city.
    """
    if Role(staff.role) is Role.HANDLER:
        return frozenset({staff.unit_code}), staff.unit.name
    if staff.unit.parent_code is None:
        return None, "全市"
    return frozenset(session.scalars(units_below(staff.unit_code))), f"{staff.unit.name}和下属单位"


class MeasureParameters:
    """The query parameters of `/measures` and its like, not checked yet."""

    def __init__(
        self,
        request: Request,
        *,
        period: Words = None,
        group: Words = None,
        version: Words = None,
        unit: Words = None,
        tier: Words = None,
        unit_type: Words = None,
        first_contact: Words = None,
        district: Words = None,
        street: Words = None,
        kind: Words = None,
        domain: Words = None,
        top_domain: Words = None,
        channel: Words = None,
        net: Words = None,
        mode: Words = None,
        scene: Words = None,
    ) -> None:
        parameters = locals()
        self.names = dict(request.query_params)
        self.values: dict[str, str | None] = {
            name: value for name, value in parameters.items() if name not in ("self", "request")
        }


Parameters = Annotated[MeasureParameters, Depends(MeasureParameters)]


@contextmanager
def measure_request(
    database: Database,
    staff: StaffAccount,
    parameters: MeasureParameters,
    *more: str,
    group: str = "",
) -> Iterator[tuple[Session, City, MeasureRequest]]:
    """An open transaction, the city's units and the checked request.

    `more` names further parameters of the page; `group` is the default. Raises BadFilter.
    """
    refuse_unknown(parameters.names, *more)
    values = {**parameters.values, "group": parameters.values["group"] or group}
    with database.begin() as session:
        city = City.read(session)
        yield session, city, read_request(session, staff, values, city=city, now=now())


def by_unit(request: MeasureRequest) -> MeasureRequest:
    """The same request, grouped by unit."""
    return replace(request, query=replace(request.query, group=("unit",)))


def report_and_boards(session: Session, request: MeasureRequest) -> tuple[Report, Boards]:
    """The report and its boards, which compare with the period before, under one version."""
    query, formula = request.query, request.formula
    report = measure(session, query, formula, now())
    earlier = query.with_period(query.period.before)
    return report, boards(report, measure(session, earlier, formula, now()))


def cases_behind(
    session: Session,
    staff: StaffAccount,
    request: MeasureRequest,
    number: str,
    page: int,
    *,
    city: City,
) -> dict[str, Any]:
    """A page of the cases behind `number`; cases the caller may not see are only counted.

    Raises BadFilter.
    """
    condition = condition_of(number, request.query, city, request.formula, now())
    visible = visible_cases(staff).where(condition)
    total = case_search.count(session, select(Case).where(condition))
    case_page = case_search.one_page(session, visible.order_by(Case.id.desc()), page)
    return {
        "number": number,
        "label": LABELS[number],
        "total": total,
        "elsewhere": total - case_search.count(session, visible),
        "page": page,
        "has_more": case_page.has_more,
        "cases": case_page.cases,
    }
