"""Export of cases to another platform, by the field list `data/exports/province.yml` (S15).

A row is an upsert by case number: the receiver asks for what has changed after a cursor, and may
take the same row twice. Neither names nor telephones of residents are handed over.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import yaml
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from backend.desk.masking import without_identity
from backend.models.cases import Case, CaseEvent
from backend.models.ratings import Rating
from backend.settings import DATA_FOLDER
from backend.vocabulary.case_lifecycle import Status
from backend.vocabulary.labels import CHANNEL_LABELS, KIND_LABELS, TIER_LABELS
from backend.vocabulary.outcomes import OUTCOME_LABELS, Outcome
from nlu.appeals.masks import mask_identity

MOST_ROWS = 500


@dataclass(frozen=True)
class ExportedCase:
    case: Case
    score: int | None
    changed_at: datetime


@dataclass(frozen=True)
class FieldList:
    version: str
    key: str
    fields: Mapping[str, str]  # name on the other platform → one of VALUES


@dataclass(frozen=True)
class Batch:
    rows: list[dict[str, Any]]
    cursor: int


VALUES: Mapping[str, Callable[[ExportedCase], Any]] = {
    "case_no": lambda it: it.case.case_no,
    "channel": lambda it: CHANNEL_LABELS.get(it.case.source_channel, it.case.source_channel),
    "kind": lambda it: KIND_LABELS.get(it.case.kind, it.case.kind),
    "domain": lambda it: it.case.domain,
    "text": lambda it: _masked(it.case, it.case.text),
    "place": lambda it: None if it.case.anonymous else it.case.location.get("text"),
    "district": lambda it: it.case.district_code,
    "unit": lambda it: it.case.unit.name if it.case.unit else None,
    "tier": lambda it: TIER_LABELS.get(it.case.unit.tier) if it.case.unit else None,
    "registered_at": lambda it: _iso(it.case.registered_at),
    "resolve_by": lambda it: _iso(it.case.resolve_by),
    "resolved_at": lambda it: _iso(it.case.resolved_at),
    "closed_at": lambda it: _iso(it.case.closed_at),
    "status": lambda it: Status(it.case.status).label,
    "outcome": lambda it: OUTCOME_LABELS[Outcome(it.case.outcome)] if it.case.outcome else None,
    "answer": lambda it: _masked(it.case, it.case.outcome_text or "") or None,
    "score": lambda it: it.score,
    "changed_at": lambda it: _iso(it.changed_at),
}


@cache
def field_list() -> FieldList:
    """Raises ValueError for an unknown name or a key that is no field."""
    content = yaml.safe_load((DATA_FOLDER / "exports" / "province.yml").read_text("utf-8"))
    fields = FieldList(str(content["version"]), content["key"], content["fields"])
    unknown = set(fields.fields.values()) - set(VALUES)
    if unknown or fields.fields.get(fields.key) != "case_no":
        raise ValueError(f"province.yml: unknown {sorted(unknown)}, or the key is no case number")
    return fields


def export_after(session: Session, after: int, *, most: int = MOST_ROWS) -> Batch:
    """Cases that changed after the cursor `after`, oldest change first; and the next cursor."""
    newest = func.max(CaseEvent.id).label("newest")
    rows = session.execute(
        select(CaseEvent.case_id, newest, func.max(CaseEvent.at))
        .where(CaseEvent.id > after)
        .group_by(CaseEvent.case_id)
        .order_by(newest)
        .limit(most)
    ).all()
    cases = _cases(session, [row[0] for row in rows])
    scores = _scores(session, cases)
    exported = [
        ExportedCase(cases[case_id], scores.get((case_id, cases[case_id].round)), at)
        for case_id, _, at in rows
    ]
    return Batch([_row(case) for case in exported], rows[-1][1] if rows else after)


def _row(exported: ExportedCase) -> dict[str, Any]:
    return {name: VALUES[ours](exported) for name, ours in field_list().fields.items()}


def _cases(session: Session, ids: list[int]) -> dict[int, Case]:
    related = (joinedload(Case.unit), joinedload(Case.resident))
    cases = session.scalars(select(Case).where(Case.id.in_(ids)).options(*related))
    return {case.id: case for case in cases}


def _scores(session: Session, cases: Mapping[int, Case]) -> dict[tuple[int, int], int]:
    query = select(Rating.case_id, Rating.round, Rating.score).where(Rating.case_id.in_(cases))
    return {(case_id, round): score for case_id, round, score in session.execute(query)}


def _masked(case: Case, text: str) -> str:
    text = without_identity(text, case.resident.name)
    return mask_identity(text) if case.anonymous else text


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
