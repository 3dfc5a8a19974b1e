"""Finds articles for a reply and inserts them, or a canned reply, in its draft."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session

from backend.clock import now
from backend.database import Database
from backend.desk import chats
from backend.desk.canned_replies import text_to_insert
from backend.desk.reply_drafts import save_draft
from backend.web.console.auth import Posted, posted_in
from backend.web.console.conversations import CHATS, chat_step
from backend.web.console.pages import ConsoleRoute
from backend.web.inputs import RowId

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

    def save(session: Session) -> str:
        conversation = chats.require_owner(session, conversation_id, posted.staff)
        parts = [text.rstrip()] if text.strip() else []
        if insert:
            parts.append(text_to_insert(session, conversation, posted.staff, insert))
        save_draft(session, conversation_id, posted.staff, "\n".join(parts), now=now())
        return f"{CHATS}/{conversation_id}{address}"

    return chat_step(database, conversation_id, posted, save, typed=text)
