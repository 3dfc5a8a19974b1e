"""Promised calls on the page of waiting chats."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session

from backend.call_backs import service as call_backs
from backend.clock import now
from backend.database import Database
from backend.desk.case_file import role_sees_phones, visible_phone
from backend.models.call_backs import CallBack
from backend.staff.accounts import audit
from backend.web.console.auth import Posted, Visitor, posted_in
from backend.web.console.pages import ConsoleRoute
from backend.web.inputs import RowId
from backend.web.pages import go_to

CHATS = "/console/conversations"
NOTICES = {
    "called": "记下了：电话打通了，市民也看到了。",
    "not-reached": "记下了：没有人接。市民看到了，请过会儿再打。",
}


def call_back_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/call-backs", route_class=ConsoleRoute)
    posted = Depends(posted_in(database))

    @routes.post("/{call_back_id}/done")
    def mark_done(call_back_id: RowId, posted: Annotated[Posted, posted]) -> Response:
        with database.begin() as session:
            call_backs.mark_done(session, call_back_id, posted.staff, now=now())
        return go_to(f"{CHATS}?done=called")

    @routes.post("/{call_back_id}/not-reached")
    def mark_not_reached(call_back_id: RowId, posted: Annotated[Posted, posted]) -> Response:
        with database.begin() as session:
            call_backs.mark_not_reached(session, call_back_id, posted.staff, now=now())
        return go_to(f"{CHATS}?done=not-reached")

    return routes


def open_calls(session: Session, visitor: Visitor) -> list[tuple[CallBack, str]]:
    """Open calls, each with the phone number as the visitor may see it."""
    calls = call_backs.open_calls(session, visitor.staff)
    if calls and role_sees_phones(visitor.staff):
        ids = [call.id for call in calls]
        audit(session, visitor.staff, "see_phone", "call_backs", now=now(), ids=ids)
    return [(call, visible_phone(session, call, visitor.staff)) for call in calls]
