"""What a caller asks of the measures, checked; and how much of the city they may see."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from fastapi import Request
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
PARAMETERS = frozenset({"period", "group", "version", *FILTERS})


@dataclass(frozen=True)
class Question:
    asked: MeasureQuery
    formula: Formula
    version: str | None  # as it was asked for; None leaves it to the period
    scope: str  # in words: how much of the city was looked at


def question(
    session: Session,
    staff: StaffAccount,
    given: Mapping[str, str | None],
    *,
    city: City,
    now: datetime,
) -> Question:
    """Raises BadFilter."""
    said = {name: value for name, value in given.items() if value}
    written = said.get("period")
    period = parse(written) if written else month_of(now.astimezone(SHANGHAI).date())
    group = tuple(part.strip() for part in said.get("group", "").split(",") if part.strip())
    only = {name: said[name] for name in FILTERS if name in said}
    for name, value in only.items():
        _check(name, value, city)
    units, scope = scope_of(session, staff)
    version = said.get("version")
    formula = formulas().of(period.first, version)
    return Question(MeasureQuery(period, group, only, units), formula, version, scope)


def refuse_unknown(names: Mapping[str, str], *more: str) -> None:
    """A filter that is misspelt must not answer for the whole city. Raises BadFilter."""
    unknown = sorted(set(names) - PARAMETERS - set(more))
    if unknown:
        known = "、".join(sorted(PARAMETERS | set(more)))
        raise BadFilter(f"不认识“{unknown[0][:50]}”，可以用：{known}")


def _check(name: str, value: str, city: City) -> None:
    if value == NONE:
        return
    if name in ("unit", "first_contact"):
        known = city.name_of(value) is not None
    else:
        known = value in known_values(name)
    if not known:
        raise BadFilter(f"{DIMENSIONS[name]}里没有“{value[:50]}”")


def scope_of(session: Session, staff: StaffAccount) -> tuple[frozenset[str] | None, str]:
    """A handler sees their own unit, others what is below theirs too: of the centre, the city."""
    if Role(staff.role) is Role.HANDLER:
        return frozenset({staff.unit_code}), staff.unit.name
    if staff.unit.parent_code is None:
        return None, "全市"
    return frozenset(session.scalars(units_below(staff.unit_code))), f"{staff.unit.name}和下属单位"


class Given:
    """What `/measures` and its like may be asked, as it was written."""

    def __init__(
        self,
        request: Request,
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
        channel: Words = None,
    ) -> None:
        given = locals()
        self.names = dict(request.query_params)
        self.values: dict[str, str | None] = {
            name: it for name, it in given.items() if name not in ("self", "request")
        }


@contextmanager
def asked_in(
    database: Database, staff: StaffAccount, given: Given, *more: str, group: str = ""
) -> Iterator[tuple[Session, City, Question]]:
    """What was asked, and where to look it up; `group` where none was said. Raises BadFilter."""
    refuse_unknown(given.names, *more)
    values = {**given.values, "group": given.values["group"] or group}
    with database.begin() as session:
        city = City.read(session)
        yield session, city, question(session, staff, values, city=city, now=now())


def by_unit(asked: Question) -> Question:
    return replace(asked, asked=replace(asked.asked, group=("unit",)))


def both_periods(session: Session, asked: Question) -> tuple[Report, Boards]:
    """The period and the one before it, under the same version."""
    report = measure(session, asked.asked, asked.formula, now())
    earlier = asked.asked.with_period(asked.asked.period.before)
    return report, boards(report, measure(session, earlier, asked.formula, now()))


def cases_behind(
    session: Session,
    staff: StaffAccount,
    asked: Question,
    number: str,
    page: int,
    *,
    city: City,
) -> dict[str, Any]:
    """A page of them. What has moved on to others is counted, but not shown. Raises BadFilter."""
    which = condition_of(number, asked.asked, city, asked.formula, now())
    seen = visible_cases(staff).where(which)
    total = case_search.count(session, select(Case).where(which))
    found = case_search.one_page(session, seen.order_by(Case.id.desc()), page)
    return {
        "number": number,
        "label": LABELS[number],
        "total": total,
        "elsewhere": total - case_search.count(session, seen),
        "page": page,
        "has_more": found.has_more,
        "cases": found.cases,
    }
