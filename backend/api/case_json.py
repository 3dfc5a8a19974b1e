"""A case as the API gives it. Names stay; more may be added."""

from datetime import UTC, datetime
from typing import Any

from backend.api.case_file import CaseFile, without_phones
from backend.cases.lifecycle import Action, Status
from backend.cases.models import Case, CaseEvent
from backend.messaging.attachments import KINDS
from backend.messaging.models import Attachment
from backend.ratings.models import Rating
from backend.ratings.scale import Grade
from backend.routing.models import Unit

_PLACE = ("text", "district", "street", "community", "pin")
_ROUTING = ("evidence", "confidence", "runner_up", "reason", "unit_types")


def line(case: Case) -> dict[str, Any]:
    """In a list: phone numbers in the text are never whole here."""
    return {
        "case_no": case.case_no,
        "status": case.status,
        "kind": case.kind,
        "domain": case.domain,
        "text": without_phones(case.text),
        "unit": unit(case.unit),
        "location": {"text": case.location.get("text")},
        "respond_by": _iso(case.respond_by),
        "resolve_by": _iso(case.resolve_by),
        "overdue_at": _iso(case.overdue_at),
        "round": case.round,
        "registered_at": _iso(case.registered_at),
    }


def whole(file: CaseFile) -> dict[str, Any]:
    case = file.case
    return line(case) | {
        "status_label": Status(case.status).label,
        "text": file.shown(case.text),
        "power_item": case.routing.get("power_item"),
        "first_contact_owner": case.first_contact_owner,
        "location": {name: case.location.get(name) for name in _PLACE},
        "routing": {name: case.routing.get(name) for name in _ROUTING},
        "resident": {"name": file.name, "phone": file.phone, "channel": case.source_channel},
        "source": source_record(file),
        "outcome": case.outcome,
        "outcome_text": case.outcome_text,
        "events": [event(one, file) for one in case.events],
        "attachments": [attachment(one) for one in file.attachments],
        "rating": rating(file.ratings[0]) if file.ratings else None,
    }


def unit(row: Unit | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {"code": row.code, "name": row.name, "tier": row.tier, "unit_type": row.unit_type}


def event(row: CaseEvent, file: CaseFile) -> dict[str, Any]:
    return {
        "at": row.at.isoformat(),
        "actor_name": row.actor_name,
        "action": row.action,
        "label": Action(row.action).label,
        "from": row.from_status,
        "to": row.to_status,
        "details": {
            name: file.shown(value) if isinstance(value, str) else value
            for name, value in row.details.items()
        },
    }


def source_record(file: CaseFile) -> dict[str, Any] | None:
    """What the system that had it first called it, and how it stood there."""
    row = file.record
    if row is None:
        return None
    return {
        "code": row.source_code,
        "original_no": row.original_no,
        "registered_at": _iso(row.registered_at),
        "as_given": {name: file.shown(value) for name, value in row.as_given.items()},
    }


def attachment(row: Attachment) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": KINDS.get(row.media_type, "document"),
        "media_type": row.media_type,
        "size_bytes": row.size_bytes,
        "at": row.created_at.isoformat(),
    }


def rating(row: Rating) -> dict[str, Any]:
    return {
        "round": row.round,
        "score": row.score,
        "label": Grade(row.score).label,
        "reason": row.reason,
        "rated_at": row.rated_at.isoformat(),
    }


def _iso(moment: datetime | None) -> str | None:
    """In UTC, also what was reckoned in Shanghai just now and not yet read back."""
    return moment.astimezone(UTC).isoformat() if moment else None
