"""Forms of an emergency on the page of its chat."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from backend.clock import now
from backend.database import Database
from backend.desk import alarms
from backend.errors import BadInput
from backend.web.console.auth import Posted, posted_in
from backend.web.console.conversations import CHATS, UnsentReply, chat_page
from backend.web.console.pages import ConsoleRoute
from backend.web.inputs import RowId
from backend.web.pages import go_to

DONE = "done-"  # prefix of the names of the checklist's fields


def emergency_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/conversations", route_class=ConsoleRoute)
    posted = Depends(posted_in(database))

    @routes.post("/{conversation_id}/emergency")
    def tick(conversation_id: RowId, posted: Annotated[Posted, posted]) -> Response:
        codes = [name.removeprefix(DONE) for name in posted.form if name.startswith(DONE)]
        try:
            with database.begin() as session:
                alarms.tick(session, conversation_id, posted.staff, codes, now=now())
            return go_to(f"{CHATS}/{conversation_id}?done=ticked")
        except BadInput as error:
            return _refused(database, conversation_id, posted, error)

    @routes.post("/{conversation_id}/emergency-over")
    def end(conversation_id: RowId, posted: Annotated[Posted, posted]) -> Response:
        return _end(database, conversation_id, posted, is_false=False)

    @routes.post("/{conversation_id}/no-emergency")
    def clear(conversation_id: RowId, posted: Annotated[Posted, posted]) -> Response:
        return _end(database, conversation_id, posted, is_false=True)

    return routes


def _end(database: Database, conversation_id: int, posted: Posted, *, is_false: bool) -> Response:
    reason = posted.form.get("reason", "")
    try:
        with database.begin() as session:
            alarms.end(session, conversation_id, posted.staff, reason, is_false=is_false, now=now())
        notice = "no-emergency" if is_false else "emergency-over"
        return go_to(f"{CHATS}/{conversation_id}?done={notice}")
    except BadInput as error:
        return _refused(database, conversation_id, posted, error)


def _refused(database: Database, conversation_id: int, posted: Posted, error: BadInput) -> Response:
    with database.begin() as session:
        unsent = UnsentReply(error, "")
        return chat_page(session, posted.visitor, conversation_id, unsent=unsent)
