"""Search in the audit log: who looked at whom, when and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from backend.clock import SHANGHAI
from backend.models.staff import AuditEntry, StaffAccount
from backend.staff.permissions import require_administers
from backend.staff.visibility import units_of

PAGE_SIZE = 50


@dataclass(frozen=True)
class AuditFilter:
    username: str = ""
    action: str = ""
    subject: str = ""  # a case number, the id of a chat, a username
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class AuditPage:
    entries: Sequence[AuditEntry]
    has_more: bool


def search(session: Session, admin: StaffAccount, wanted: AuditFilter, number: int) -> AuditPage:
    """Page `number` from 1, the newest entry first. Raises NotAllowed.

    The root unit sees all entries; another unit those of its own staff and of units below.
    """
    require_administers(admin)
    query = select(AuditEntry).where(*_conditions(admin, wanted))
    rows = session.scalars(
        query.options(joinedload(AuditEntry.staff))
        .order_by(AuditEntry.id.desc())
        .offset((number - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE + 1)
    ).all()
    return AuditPage(rows[:PAGE_SIZE], len(rows) > PAGE_SIZE)


def actions(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEntry.action).distinct().order_by(AuditEntry.action)))


def _conditions(admin: StaffAccount, wanted: AuditFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    people = select(StaffAccount.id)
    if admin.unit.parent_code is not None:
        own = people.where(StaffAccount.unit_code.in_(units_of(admin)))
        conditions.append(AuditEntry.staff_id.in_(own))
    if wanted.username:
        named = people.where(StaffAccount.username == wanted.username)
        conditions.append(AuditEntry.staff_id.in_(named))
    if wanted.action:
        conditions.append(AuditEntry.action == wanted.action)
    if wanted.subject:
        conditions.append(AuditEntry.subject == wanted.subject)
    if wanted.first:
        conditions.append(AuditEntry.at >= _midnight(wanted.first))
    if wanted.last:
        conditions.append(AuditEntry.at < _midnight(wanted.last) + timedelta(days=1))
    return conditions


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
