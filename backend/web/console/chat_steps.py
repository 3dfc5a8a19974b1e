"""Forms of a chat that take it over, hand it over, or note something in it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from backend.clock import now
from backend.database import Database
from backend.desk import hand_over
from backend.desk.chat_notes import write_note
from backend.desk.reply_drafts import save_draft
from backend.errors import BadInput
from backend.web.console.auth import Posted, posted_in
from backend.web.console.conversations import CHATS, UnsentReply, chat_page
from backend.web.console.pages import ConsoleRoute
from backend.web.inputs import RowId
from backend.web.pages import go_to

TO_UNIT = "unit:"


def chat_step_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/conversations", route_class=ConsoleRoute)
    posted = Depends(posted_in(database))

    @routes.post("/{conversation_id}/take-over")
    def take_over(conversation_id: RowId, posted: Annotated[Posted, posted]) -> Response:
        with database.begin() as session:
            hand_over.take_over(session, conversation_id, posted.staff, now=now())
        return go_to(f"{CHATS}/{conversation_id}?done=claim#latest")

    @routes.post("/{conversation_id}/hand-over")
    def give(conversation_id: RowId, posted: Annotated[Posted, posted]) -> Response:
        return _hand_over(database, conversation_id, posted)

    @routes.post("/{conversation_id}/draft")
    def keep_draft(conversation_id: RowId, posted: Annotated[Posted, posted]) -> Response:
        text = posted.form.get("text", "")
        try:
            with database.begin() as session:
                save_draft(session, conversation_id, posted.staff, text, now=now())
        except BadInput as error:
            return _refused(database, conversation_id, posted, error)
        return go_to(f"{CHATS}/{conversation_id}#latest")

    @routes.post("/{conversation_id}/note")
    def note(conversation_id: RowId, posted: Annotated[Posted, posted]) -> Response:
        text = posted.form.get("note", "")
        try:
            with database.begin() as session:
                write_note(session, conversation_id, posted.staff, text, now=now())
            return go_to(f"{CHATS}/{conversation_id}?done=note#latest")
        except BadInput as error:
            return _refused(database, conversation_id, posted, error)

    return routes


def _hand_over(database: Database, conversation_id: int, posted: Posted) -> Response:
    to, note = posted.form.get("to", ""), posted.form.get("note", "")
    try:
        with database.begin() as session:
            if to.startswith(TO_UNIT):
                code = to.removeprefix(TO_UNIT)
                hand_over.to_unit(session, conversation_id, posted.staff, code, note, now=now())
            else:
                hand_over.to_colleague(session, conversation_id, posted.staff, to, note, now=now())
        return go_to(f"{CHATS}?done=hand-over")
    except BadInput as error:
        return _refused(database, conversation_id, posted, error)


def _refused(database: Database, conversation_id: int, posted: Posted, error: BadInput) -> Response:
    with database.begin() as session:
        unsent = UnsentReply(error, posted.form.get("text", ""))
        return chat_page(session, posted.visitor, conversation_id, unsent=unsent)
