"""What a source reads of its own cases: state and reply by its number, and what has changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from backend.cases.queries import last_event_at
from backend.errors import NotFound
from backend.models.cases import Case, CaseEvent
from backend.models.ratings import Rating
from backend.models.sources import SourceRecord
from backend.sources.registry import Source
from backend.vocabulary.case_lifecycle import Status
from backend.vocabulary.messages import storable
from backend.vocabulary.source_numbers import number_key

MOST_CHANGES = 100


@dataclass(frozen=True)
class Changes:
    """Cases with events after a cursor, oldest first; `cursor` is for the next call."""

    cases: list[dict[str, Any]]
    cursor: int


def state(session: Session, source: Source, original_no: str) -> dict[str, Any]:
    """Raises NotFound, also for the number of another source."""
    query = _select(source).where(SourceRecord.number_key == number_key(storable(original_no)))
    record = session.scalar(query)
    if record is None:
        raise NotFound("没有这个原编号的工单")
    return _as_json(session, record)


def changes(session: Session, source: Source, after: int) -> Changes:
    """The source's cases with events after the cursor `after`, up to MOST_CHANGES."""
    newest = func.max(CaseEvent.id)
    rows = session.execute(
        select(CaseEvent.case_id, newest)
        .join(SourceRecord, SourceRecord.case_id == CaseEvent.case_id)
        .where(SourceRecord.source_code == source.code, CaseEvent.id > after)
        .group_by(CaseEvent.case_id)
        .order_by(newest)
        .limit(MOST_CHANGES)
    ).all()
    ids = [case_id for case_id, _ in rows]
    records = session.scalars(_select(source).where(SourceRecord.case_id.in_(ids)))
    by_case = {record.case_id: record for record in records}
    cases = [_as_json(session, by_case[case_id]) for case_id in ids]
    return Changes(cases, rows[-1][1] if rows else after)


def _select(source: Source) -> Any:
    return (
        select(SourceRecord)
        .where(SourceRecord.source_code == source.code)
        .options(joinedload(SourceRecord.case).joinedload(Case.unit))
    )


def _as_json(session: Session, record: SourceRecord) -> dict[str, Any]:
    case = record.case
    rating = session.scalar(
        select(Rating).where(Rating.case_id == case.id, Rating.round == case.round)
    )
    return {
        "original_no": record.original_no,
        "case_no": case.case_no,
        "status": case.status,
        "status_label": Status(case.status).label,
        "kind": case.kind,
        "domain": case.domain,
        "unit": {"code": case.unit.code, "name": case.unit.name} if case.unit else None,
        "round": case.round,
        "registered_at": _iso(case.registered_at),
        "resolve_by": _iso(case.resolve_by),
        "accepted_at": _iso(case.accepted_at),
        "resolved_at": _iso(case.resolved_at),
        "closed_at": _iso(case.closed_at),
        "outcome": case.outcome,
        "answer": case.outcome_text,
        "rating": {"score": rating.score, "solved": rating.solved} if rating else None,
        "changed_at": _iso(last_event_at(session, case.case_no)),
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
