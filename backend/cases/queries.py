"""Queries for cases: by idempotency key, by number, by resident."""

from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, joinedload

from backend.errors import NotFound
from backend.models.cases import Case, CaseEvent
from backend.vocabulary.case_lifecycle import OPEN

_BY_KEY = select(Case).where(Case.idempotency_key == bindparam("key"))
_BY_NUMBER = select(Case).where(Case.case_no == bindparam("number"))
_LAST_EVENT_AT = (
    select(func.max(CaseEvent.at)).join(Case).where(Case.case_no == bindparam("number"))
)


def by_key(session: Session, key: str) -> Case | None:
    return session.scalar(_BY_KEY, {"key": key})


def by_number(session: Session, case_no: str) -> Case:
    """Raises NotFound."""
    case = session.scalar(_BY_NUMBER, {"number": case_no})
    if case is None:
        raise NotFound(f"没有编号为 {case_no} 的工单")
    return case


def resident_cases(
    session: Session, resident_id: int, *, number: str | None = None, only_open: bool = False
) -> list[Case]:
    """The resident's 20 newest cases; `number` is a case number or its last digits."""
    own = select(Case).where(Case.resident_id == resident_id).options(joinedload(Case.unit))
    query = own.order_by(Case.id.desc()).limit(20)
    if number:
        query = query.where(Case.case_no.endswith(number, autoescape=True))
    if only_open:
        query = query.where(Case.status.in_(OPEN))
    return list(session.scalars(query))


def last_event_at(session: Session, case_no: str) -> datetime | None:
    """When the last line of the case's log was written; None for an unknown case."""
    return session.scalar(_LAST_EVENT_AT, {"number": case_no})
