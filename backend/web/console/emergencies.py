"""Forms of an emergency on the page of its chat."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session

from backend.clock import now
from backend.database import Database
from backend.desk import alarms
from backend.web.console.auth import Posted, posted_in
from backend.web.console.conversations import CHATS, chat_step
from backend.web.console.pages import ConsoleRoute
from backend.web.inputs import RowId

DONE = "done-"  # prefix of the names of the checklist's fields


def emergency_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/conversations", route_class=ConsoleRoute)
    posted = Depends(posted_in(database))

    @routes.post("/{conversation_id}/emergency")
    def tick(conversation_id: RowId, posted: Annotated[Posted, posted]) -> Response:
        codes = [name.removeprefix(DONE) for name in posted.form if name.startswith(DONE)]

        def take(session: Session) -> str:
            alarms.tick(session, conversation_id, posted.staff, codes, now=now())
            return f"{CHATS}/{conversation_id}?done=ticked"

        return chat_step(database, conversation_id, posted, take, typed="")

    @routes.post("/{conversation_id}/emergency-over")
    def end(conversation_id: RowId, posted: Annotated[Posted, posted]) -> Response:
        return _end(database, conversation_id, posted, is_false=False)

    @routes.post("/{conversation_id}/no-emergency")
    def clear(conversation_id: RowId, posted: Annotated[Posted, posted]) -> Response:
        return _end(database, conversation_id, posted, is_false=True)

    return routes


def _end(database: Database, conversation_id: int, posted: Posted, *, is_false: bool) -> Response:
    reason = posted.form.get("reason", "")
    notice = "no-emergency" if is_false else "emergency-over"

    def end(session: Session) -> str:
        alarms.end(session, conversation_id, posted.staff, reason, is_false=is_false, now=now())
        return f"{CHATS}/{conversation_id}?done={notice}"

    return chat_step(database, conversation_id, posted, end, typed="")
