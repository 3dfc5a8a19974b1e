"""Finds articles for a reply and inserts them, or a canned reply, in its draft."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Response

from backend.clock import now
from backend.database import Database
from backend.desk import chats
from backend.desk.canned_replies import text_to_insert
from backend.desk.reply_drafts import save_draft
from backend.errors import BadInput
from backend.web.console.auth import Posted, posted_in
from backend.web.console.conversations import CHATS, UnsentReply, chat_page
from backend.web.console.pages import ConsoleRoute
from backend.web.inputs import RowId
from backend.web.pages import go_to

LONGEST_FIND = 200


def chat_answer_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/conversations", route_class=ConsoleRoute)
    posted = Depends(posted_in(database))

    @routes.post("/{conversation_id}/find")
    def find(conversation_id: RowId, posted: Annotated[Posted, posted]) -> Response:
        words = quote(posted.form.get("find", "")[:LONGEST_FIND])
        return _draft_then(database, conversation_id, posted, f"?find={words}#text", insert="")

    @routes.post("/{conversation_id}/insert")
    def insert(conversation_id: RowId, posted: Annotated[Posted, posted]) -> Response:
        choice = posted.form.get("insert", "")
        return _draft_then(database, conversation_id, posted, "#text", insert=choice)

    return routes


def _draft_then(
    database: Database, conversation_id: int, posted: Posted, address: str, *, insert: str
) -> Response:
    """Store the draft, with `insert` at its end, and go on at `address` of the chat's page."""
    text = posted.form.get("text", "")
    try:
        with database.begin() as session:
            conversation = chats.require_owner(session, conversation_id, posted.staff)
            parts = [text.rstrip()] if text.strip() else []
            if insert:
                parts.append(text_to_insert(session, conversation, posted.staff, insert))
            save_draft(session, conversation_id, posted.staff, "\n".join(parts), now=now())
        return go_to(f"{CHATS}/{conversation_id}{address}")
    except BadInput as error:
        unsent = UnsentReply(error, text)
    with database.begin() as session:
        return chat_page(session, posted.visitor, conversation_id, unsent=unsent)
