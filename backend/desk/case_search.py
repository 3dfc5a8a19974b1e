"""Case search: filters over the cases that a member of staff may see."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select
from sqlalchemy.orm import Session, joinedload

from backend.desk.case_views import CaseView, is_due_today, is_late
from backend.desk.shown_text import shown_text
from backend.errors import NotAllowed
from backend.models.cases import Case
from backend.models.residents import Resident
from backend.models.staff import Role, StaffAccount
from backend.models.units import Unit
from backend.overview.numbers import condition_of
from backend.sources.intake_log import case_ids_by_original_no, case_ids_from
from backend.staff.permissions import SEES_PHONES
from backend.staff.visibility import visible_cases
from backend.vocabulary.case_lifecycle import OPEN, Status
from nlu.language.text import find_phones

PAGE_SIZE = 50
_WHOLE_NUMBER = re.compile(r"[A-Za-z]{2}\d{14}")


class DueFilter(StrEnum):
    LATE = "late"
    TODAY = "today"
    WEEK = "week"


@dataclass(frozen=True)
class CaseFilter:
    view: CaseView | None = None
    statuses: frozenset[Status] = frozenset()
    unit: str | None = None  # a code
    unit_words: str | None = None  # a code, or words of the name
    kind: str | None = None
    area: str | None = None  # code of a district or street
    due: DueFilter | None = None
    overdue: bool | None = None  # by the deadline to resolve
    closing: bool | None = None  # whether it waits for a four-eyes review
    words: str | None = None  # in the text or the place; or a case number or its last digits
    phone: str | None = None  # of the resident; for staff whose role sees phones
    source: str | None = None  # a code of data/sources.csv
    channel: str | None = None


@dataclass(frozen=True)
class CasePage:
    cases: list[Case]
    has_more: bool


def matching(staff: StaffAccount, filters: CaseFilter, *, now: datetime) -> Select[Case]:
    """The query for the visible cases that match all filters. Raises NotAllowed."""
    return visible_cases(staff).where(*_conditions(staff, filters, now))


def _conditions(
    staff: StaffAccount, filters: CaseFilter, now: datetime
) -> list[ColumnElement[bool]]:
    conditions = [
        condition(value)
        for name, condition in _EXACT.items()
        if (value := getattr(filters, name)) is not None
    ]
    if filters.view:
        conditions.append(filters.view.condition(staff, now))
    if filters.statuses:
        conditions.append(Case.status.in_(filters.statuses))
    if filters.due:
        conditions.append(_due(filters.due, now))
    if filters.overdue is not None:
        late = condition_of("overdue", now)
        conditions.append(late if filters.overdue else not_(late))
    if filters.phone:
        conditions.append(_of_phone(staff, filters.phone))
    if filters.words:
        conditions.append(_contains(filters.words, staff))
    return conditions


def _of_units_named(words: str) -> ColumnElement[bool]:
    is_named = or_(Unit.code == words, Unit.name.contains(words, autoescape=True))
    return Case.unit_code.in_(select(Unit.code).where(is_named))


def _has_closing(wanted: bool) -> ColumnElement[bool]:
    return Case.closing.is_not(None) if wanted else Case.closing.is_(None)


_EXACT: dict[str, Callable[..., ColumnElement[bool]]] = {
    "unit": lambda code: Case.unit_code == code,
    "unit_words": _of_units_named,
    "kind": lambda kind: Case.kind == kind,
    "area": lambda code: or_(Case.district_code == code, Case.street_code == code),
    "channel": lambda channel: Case.source_channel == channel,
    "source": lambda source: Case.id.in_(case_ids_from(source)),
    "closing": _has_closing,
}


def _due(due: DueFilter, now: datetime) -> ColumnElement[bool]:
    match due:
        case DueFilter.LATE:
            return is_late(now)
        case DueFilter.TODAY:
            return is_due_today(now)
        case DueFilter.WEEK:
            soon = Case.due_at.between(now, now + timedelta(days=7))
            return and_(Case.status.in_(OPEN), soon)


def _of_phone(staff: StaffAccount, phone: str) -> ColumnElement[bool]:
    """Cases of the resident with this number, unless they are anonymous. Raises NotAllowed."""
    if Role(staff.role) not in SEES_PHONES:
        raise NotAllowed(f"{Role(staff.role).label}不能按电话找工单")
    numbers = [number.value for number in find_phones(phone)] or [phone]
    residents = select(Resident.id).where(Resident.phone.in_(numbers))
    return and_(not_(Case.anonymous), Case.resident_id.in_(residents))


def _contains(words: str, staff: StaffAccount) -> ColumnElement[bool]:
    if _WHOLE_NUMBER.fullmatch(words):
        return Case.case_no == words.upper()
    return or_(
        Case.case_no.endswith(words, autoescape=True),
        shown_text(staff).icontains(words, autoescape=True),
        Case.location["text"].astext.icontains(words, autoescape=True),
        Case.id.in_(case_ids_by_original_no(words)),
    )


def worst_first(query: Select[Case], view: CaseView, staff: StaffAccount) -> Select[Case]:
    """Open cases by their nearest deadline, those on hold last; others the newest first."""
    if view.is_open:
        return query.order_by(Case.due_at, Case.id)
    if staff.unit.parent_code is None:
        return query.order_by(Case.id.desc())
    # `+ 0`: the database is not to walk through the whole city's cases in the order of the index.
    return query.order_by((Case.id + 0).desc())


def one_page(session: Session, query: Select[Case], page: int) -> CasePage:
    """Page `page`, counted from 1. One row more is read to see whether a next page exists."""
    rows = session.scalars(
        query.options(joinedload(Case.unit), joinedload(Case.resident), joinedload(Case.lead))
        .offset((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE + 1)
    ).all()
    return CasePage(list(rows[:PAGE_SIZE]), len(rows) > PAGE_SIZE)


def count(session: Session, query: Select[Case]) -> int:
    return session.scalar(query.with_only_columns(func.count(Case.id))) or 0


@dataclass(frozen=True)
class Totals:
    """Of a list: all cases, those past a deadline, and those with one later today."""

    cases: int
    late: int
    today: int


def totals(session: Session, query: Select[Case], *, now: datetime) -> Totals:
    """Only open cases are late or due, so that the settled ones are counted in indexes alone."""
    due = query.where(Case.status.in_(OPEN)).with_only_columns(
        func.count().filter(is_late(now)), func.count().filter(is_due_today(now))
    )
    late, today = session.execute(due).one()
    return Totals(count(session, query), late, today)
