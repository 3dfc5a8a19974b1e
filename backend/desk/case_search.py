"""Case search: filters over the cases that a member of staff may see."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select
from sqlalchemy.orm import Session, joinedload

from backend.desk.shown_text import shown_text
from backend.models.cases import Case
from backend.models.staff import StaffAccount
from backend.models.units import Unit
from backend.sources.intake_log import case_ids_by_original_no, case_ids_from
from backend.staff.visibility import is_deputy, visible_cases
from backend.vocabulary.case_lifecycle import OPEN, Status

PAGE_SIZE = 50
_WHOLE_NUMBER = re.compile(r"[A-Za-z]{2}\d{14}")
_RUNNING = OPEN - {Status.ON_HOLD}  # a hold stops the resolve clock


@dataclass(frozen=True)
class CaseFilter:
    statuses: frozenset[Status] = frozenset()
    unit: str | None = None
    kind: str | None = None
    overdue: bool | None = None
    closing: bool | None = None  # whether it waits for a four-eyes review
    for_deputy: bool = False  # only late cases of units whose deputy the staff is
    words: str | None = None  # in the text or the place; or a case number or its last digits
    members: bool = True  # include members of collective cases
    source: str | None = None  # a code of data/sources.csv
    channel: str | None = None


@dataclass(frozen=True)
class CasePage:
    cases: list[Case]
    has_more: bool


def matching(staff: StaffAccount, filters: CaseFilter, *, now: datetime) -> Select[Case]:
    """The query for the visible cases that match all filters."""
    query = visible_cases(staff)
    if filters.statuses:
        query = query.where(Case.status.in_(filters.statuses))
    if filters.unit:
        query = query.where(Case.unit_code == filters.unit)
    if filters.kind:
        query = query.where(Case.kind == filters.kind)
    if filters.overdue is not None:
        late = is_late(now)
        query = query.where(late if filters.overdue else not_(late))
    if filters.source:
        query = query.where(Case.id.in_(case_ids_from(filters.source)))
    if filters.closing is not None:
        query = query.where(
            Case.closing.is_not(None) if filters.closing else Case.closing.is_(None)
        )
    if filters.for_deputy:
        query = query.where(Case.unit_code.in_(units_deputised(staff)), _has_waited(now))
    if filters.channel:
        query = query.where(Case.source_channel == filters.channel)
    if not filters.members:
        query = query.where(Case.lead_id.is_(None))
    return query.where(_contains(filters.words, staff)) if filters.words else query


def is_late(now: datetime) -> ColumnElement[bool]:
    return and_(Case.status.in_(_RUNNING), Case.resolve_by < now)


def units_deputised(staff: StaffAccount) -> Select[str]:
    """Codes of the other units that the staff stand in for."""
    return select(Unit.code).where(is_deputy(staff), Unit.code != staff.unit_code)


def _has_waited(now: datetime) -> ColumnElement[bool]:
    """The unit is late with signing or with resolving."""
    unsigned = and_(Case.status == Status.DISPATCHED, Case.sign_by < now)
    return or_(unsigned, is_late(now))


def _contains(words: str, staff: StaffAccount) -> ColumnElement[bool]:
    if _WHOLE_NUMBER.fullmatch(words):
        return Case.case_no == words.upper()
    return or_(
        Case.case_no.endswith(words, autoescape=True),
        shown_text(staff).icontains(words, autoescape=True),
        Case.location["text"].astext.icontains(words, autoescape=True),
        Case.id.in_(case_ids_by_original_no(words)),
    )


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
class OpenCounts:
    """Numbers of open cases: by status, late, waiting for a four-eyes review, and waiting for this
    deputy."""

    by_status: dict[Status, int]
    late: int
    closing: int
    for_deputy: int


def open_counts(session: Session, staff: StaffAccount, *, now: datetime) -> OpenCounts:
    waits = and_(Case.unit_code.in_(units_deputised(staff)), _has_waited(now))
    counts = (
        visible_cases(staff)
        .where(Case.status.in_(OPEN), Case.lead_id.is_(None))
        .with_only_columns(
            Case.status,
            func.count(),
            func.count().filter(is_late(now)),
            func.count().filter(Case.closing.is_not(None)),
            func.count().filter(waits),
        )
        .group_by(Case.status)
    )
    rows = session.execute(counts).all()
    late, closing, for_deputy = (sum(int(row[at]) for row in rows) for at in (2, 3, 4))
    return OpenCounts({Status(row[0]): row[1] for row in rows}, late, closing, for_deputy)
