"""Promised calls to residents."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session

from backend.call_backs import service as call_backs
from backend.clock import now
from backend.database import Database
from backend.desk.case_file import role_sees_phones, visible_phone
from backend.models.call_backs import CallBack
from backend.models.staff import StaffAccount
from backend.staff.accounts import audit
from backend.staff.permissions import require_answers_chats
from backend.web.api.auth import signed_in
from backend.web.inputs import RowId


def call_back_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/call-backs", tags=["call-backs"])
    signed = Depends(signed_in(database))

    @routes.get("")
    def list_owed(staff: Annotated[StaffAccount, signed]) -> dict[str, Any]:
        """Calls still to be made: who needs more care first, then the earliest."""
        require_answers_chats(staff)
        with database.begin() as session:
            calls = call_backs.open_calls(session, staff)
            if calls and role_sees_phones(staff):
                ids = [call.id for call in calls]
                audit(session, staff, "see_phone", "call_backs", now=now(), ids=ids)
            return {"call_backs": [as_json(session, call, staff) for call in calls]}

    @routes.post("/{call_back_id}/done")
    def mark_done(call_back_id: RowId, staff: Annotated[StaffAccount, signed]) -> dict[str, Any]:
        """Record that the resident was reached; 409 when a colleague was first."""
        with database.begin() as session:
            call = call_backs.mark_done(session, call_back_id, staff, now=now())
            return as_json(session, call, staff)

    @routes.post("/{call_back_id}/not-reached")
    def not_reached(call_back_id: RowId, staff: Annotated[StaffAccount, signed]) -> dict[str, Any]:
        """Record an unanswered call; the call stays open until the third."""
        with database.begin() as session:
            call = call_backs.mark_not_reached(session, call_back_id, staff, now=now())
            return as_json(session, call, staff)

    return routes


def as_json(session: Session, call: CallBack, staff: StaffAccount) -> dict[str, Any]:
    return {
        "id": call.id,
        "conversation_id": call.conversation_id,
        "resident_id": call.resident_id,
        "phone": visible_phone(session, call, staff),
        "wanted_from": call.wanted_from.isoformat(),
        "wanted_until": call.wanted_until.isoformat(),
        "status": call.status,
        "tries": call.tries,
        "elder_mode": bool(call.resident.elder_mode),
        "care": call.resident.care,
    }
