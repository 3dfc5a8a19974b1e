"""A case as JSON of the API. Fields keep their names; new ones may be added."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from backend.attachments.storage import KINDS
from backend.desk.case_file import CaseFile, as_given, list_text
from backend.models.cases import Case, CaseEvent
from backend.models.joint_work import Task, Whistle
from backend.models.messages import Attachment
from backend.models.ratings import LowRatingNotice, Rating
from backend.models.units import Unit
from backend.vocabulary.case_lifecycle import Action, Status
from backend.vocabulary.grades import Grade
from backend.vocabulary.task_lifecycle import TaskStatus

_PLACE = ("text", "district", "street", "community", "pin")
_ROUTING = ("evidence", "confidence", "runner_up", "reason", "unit_types")


def line(case: Case) -> dict[str, Any]:
    """A case in a list; phone numbers in its text are masked."""
    return {
        "case_no": case.case_no,
        "status": case.status,
        "kind": case.kind,
        "track": case.track,
        "domain": case.domain,
        "text": list_text(case),
        "unit": unit(case.unit),
        "location": {"text": case.location.get("text")},
        "respond_by": _iso(case.respond_by),
        "responded_at": _iso(case.responded_at),
        "sign_by": _iso(case.sign_by),
        "resolve_by": _iso(case.resolve_by),
        "chases": case.chases,
        "size": case.size,
        "overdue_at": _iso(case.overdue_at),
        "round": case.round,
        "closing": closing(case),
        "registered_at": _iso(case.registered_at),
        "anonymous": case.anonymous,
        "lead": case.lead.case_no if case.lead else None,
    }


def closing(case: Case) -> dict[str, Any] | None:
    """The proposed end of the case, which waits for a four-eyes review."""
    proposal = case.closing
    if proposal is None:
        return None
    return {"action": proposal["action"], "by": proposal["by_name"], "at": proposal["at"]}


def whole(file: CaseFile) -> dict[str, Any]:
    """The whole case, masked as the file's reader may see it."""
    case = file.case
    return line(case) | {
        "status_label": Status(case.status).label,
        "text": file.redact(case.text),
        "wording": file.wording,
        "appeal": file.appeal,
        "power_item": case.routing.get("power_item"),
        "first_contact_owner": case.first_contact_owner,
        "location": {name: case.location.get(name) for name in _PLACE},
        "routing": {name: case.routing.get(name) for name in _ROUTING},
        "resident": {"name": file.name, "phone": file.phone, "channel": case.source_channel},
        "source": source_record(file),
        "members": [_member(case) for case in file.members],
        "total_resolve_by": _iso(case.total_resolve_by),
        "first_resolved_at": _iso(case.first_resolved_at),
        "extension_asked": file.redact_all(case.extension_asked),
        "returns": case.returns,
        "disputed_at": _iso(case.disputed_at),
        "outcome": case.outcome,
        "outcome_text": file.redact_all(case.outcome_text),
        "offline": file.redact_all(case.offline),
        "follow_up_at": _iso(case.follow_up_at),
        "events": [event(row, file) for row in case.events],
        "tasks": [task(row, file) for row in file.joint.tasks],
        "whistles": [whistle(row, file) for row in file.joint.whistles],
        "attachments": [_with_transcript(row, file) for row in file.attachments],
        "visits": [visit(row, file) for row in file.visits],
        "low_ratings": [low_rating(row, file.redact_all) for row in file.notices],
        "rating": rating(file.ratings[0], file.redact) if file.ratings else None,
    }


def visit(row: CaseEvent, file: CaseFile) -> dict[str, Any]:
    return {
        "at": row.details["at"],
        "place": file.redact(row.details["place"]),
        "text": file.redact(row.details["text"]),
        "by": row.actor_name,
        "photos": [attachment(photo) for photo in file.photos_of(row)],
    }


def low_rating(row: LowRatingNotice, mask: Callable[[str | None], Any]) -> dict[str, Any]:
    return {
        "round": row.round,
        "state": row.state,
        "label": row.state.label,
        "unit": unit(row.unit),
        "to": unit(row.superior),
        "sent_at": _iso(row.sent_at),
        "acknowledge_by": _iso(row.acknowledge_by),
        "acknowledged_at": _iso(row.acknowledged_at),
        "acknowledged_by": row.acknowledged_by,
        "text": mask(row.text),
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
        "round": row.round,
        "unit": row.unit_code,
        "label": Action(row.action).label,
        "from": row.from_status,
        "to": row.to_status,
        "details": file.redact_all(row.details),
    }


def source_record(file: CaseFile) -> dict[str, Any] | None:
    """The case as its first system recorded it; None for our own cases."""
    row = file.record
    if row is None:
        return None
    return {
        "code": row.source_code,
        "original_no": row.original_no,
        "registered_at": _iso(row.registered_at),
        "as_given": as_given(file),
    }


def _member(case: Case) -> dict[str, Any]:
    return {
        "case_no": case.case_no,
        "status": case.status,
        "text": list_text(case),
        "registered_at": _iso(case.registered_at),
        "resolve_by": _iso(case.resolve_by),
    }


def attachment(row: Attachment) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": KINDS.get(row.media_type, "document"),
        "media_type": row.media_type,
        "size_bytes": row.size_bytes,
        "at": row.created_at.isoformat(),
        "is_erased": row.erased_at is not None,
    }


def _with_transcript(row: Attachment, file: CaseFile) -> dict[str, Any]:
    transcript = row.transcript and row.transcript | {"text": file.redact(row.transcript["text"])}
    return attachment(row) | {"transcript": transcript, "is_withheld": not file.may_hear(row)}


def task(row: Task, file: CaseFile) -> dict[str, Any]:
    return {
        "id": row.id,
        "unit": unit(row.unit),
        "text": file.redact(row.text),
        "status": row.status,
        "label": TaskStatus(row.status).label,
        "resolve_by": _iso(row.resolve_by),
        "overdue_at": _iso(row.overdue_at),
        "result": file.redact(row.result or "") or None,
    }


def whistle(row: Whistle, file: CaseFile) -> dict[str, Any]:
    return {
        "id": row.id,
        "raised_at": _iso(row.raised_at),
        "raised_by": row.unit_code,
        "reason": file.redact(row.reason),
        "responses": [
            {
                "unit": unit(response.unit),
                "respond_by": _iso(response.respond_by),
                "responded_at": _iso(response.responded_at),
                "text": file.redact(response.text or "") or None,
            }
            for response in row.responses
        ],
    }


def rating(row: Rating, mask: Callable[[str], str]) -> dict[str, Any]:
    return {
        "round": row.round,
        "score": row.score,
        "label": Grade(row.score).label,
        "solved": row.solved,
        "reason": mask(row.reason or "") or None,
        "reason_code": row.reason_code,
        "rated_at": row.rated_at.isoformat(),
        "by_phone": row.taken_by is not None,
    }


def _iso(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC: a row not read back yet may hold a time in another zone."""
    return moment.astimezone(UTC).isoformat() if moment else None
