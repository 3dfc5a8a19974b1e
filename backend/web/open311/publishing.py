"""Cases as other apps may see them: no text of a resident, no address below a street's area."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, func, or_, select

from backend.clock import SHANGHAI
from backend.models.cases import Case, CaseEvent
from backend.vocabulary.case_lifecycle import Status
from backend.vocabulary.channels import OPEN311
from backend.vocabulary.outcomes import OUTCOME_LABELS, Outcome
from backend.web.open311.services import listed_items, of_case
from nlu.city.loaded import pin_map
from nlu.gazetteer.pins import Point

OPEN, CLOSED = "open", "closed"
# The standard's "closed" means "it has been resolved"; it knows no time to object.
STATUSES: Mapping[Status, str] = {status: OPEN if status.is_open else CLOSED for status in Status}


def public_cases() -> Select[Case]:
    """Cases without reports (举报), withdrawn ones and matters of one household.

    Cases lodged over Open311 are public whatever their matter.
    """
    return select(Case).where(
        Case.kind != "report",
        or_(Case.outcome.is_(None), Case.outcome != Outcome.WITHDRAWN),
        or_(Case.power_item_code.in_(listed_items()), Case.source_channel == OPEN311),
    )


def changed_at() -> Any:
    """SQL expression: the time of the last line in the case's log."""
    of_case = select(func.max(CaseEvent.at)).where(CaseEvent.case_id == Case.id)
    return of_case.correlate(Case).scalar_subquery()


def as_request(case: Case, last_event_at: datetime | None) -> dict[str, Any]:
    service, point = of_case(case.power_item_code), _point(case)
    return {
        "service_request_id": case.case_no,
        "status": STATUSES[Status(case.status)],
        "status_notes": _notes(case),
        "service_name": service.name,
        "service_code": service.code,
        "description": None,
        "agency_responsible": case.unit.name if case.unit else None,
        "service_notice": None,
        "requested_datetime": w3(case.registered_at),
        "updated_datetime": w3(_updated(case, last_event_at)),
        "expected_datetime": w3(case.resolve_by),
        "address": _address(case),
        "address_id": None,
        "zipcode": None,
        "lat": point.latitude if point else None,
        "long": point.longitude if point else None,
        "media_url": None,
    }


def w3(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).isoformat(timespec="seconds")


def _notes(case: Case) -> str:
    """Our status and the coded outcome, without the unit's answer to the resident."""
    label = Status(case.status).label
    outcome = OUTCOME_LABELS[Outcome(case.outcome)] if case.outcome in list(Outcome) else None
    return f"{label}：{outcome}" if outcome else label


def _updated(case: Case, last_event_at: datetime | None) -> datetime:
    """Time of the last change; for a closed case the time it was closed."""
    if not Status(case.status).is_open:
        ended = case.closed_at or case.resolved_at
        if ended is not None:
            return ended
    return max(last_event_at or case.registered_at, case.registered_at)


def _address(case: Case) -> str | None:
    """Area names from the smallest to the largest, as the standard wants."""
    parts = [case.location.get(level) for level in ("street", "district")]
    return "，".join(part["name"] for part in parts if part) or None


def _point(case: Case) -> Point | None:
    """The centre of the street's area, else of the district; never the resident's pin."""
    parts = [case.location.get(level) for level in ("street", "district")]
    points = (_points().get(part["code"]) for part in parts if part)
    return next((point for point in points if point), None)


@cache
def _points() -> Mapping[str, Point]:
    return {point.code: point for point in pin_map().points}
