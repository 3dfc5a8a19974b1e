"""What the open page of a chat fetches by itself: its messages, and who looks and types."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from backend.clock import now
from backend.database import Database
from backend.desk import chats
from backend.desk.transcripts import messages_of
from backend.desk.viewers import presence_of
from backend.web.console.auth import Visitor, visitor_of
from backend.web.console.pages import ConsoleRoute
from backend.web.inputs import RowId
from backend.web.pages import page


def chat_live_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/conversations", route_class=ConsoleRoute)
    watching = Depends(visitor_of(database, is_used=False))

    @routes.get("/{conversation_id}/messages")
    def show_messages(conversation_id: RowId, visitor: Annotated[Visitor, watching]) -> Response:
        with database.begin() as session:
            conversation = chats.read(session, conversation_id, visitor.staff, now=now())
            return page(
                "messages.html",
                visitor=visitor,
                conversation=conversation,
                is_mine=chats.has(conversation, visitor.staff),
                messages=messages_of(session, conversation, visitor.staff),
            )

    @routes.get("/{conversation_id}/presence")
    def show_presence(conversation_id: RowId, visitor: Annotated[Visitor, watching]) -> Response:
        with database.begin() as session:
            conversation = chats.require_readable(session, conversation_id, visitor.staff)
            presence = presence_of(session, conversation, visitor.staff, now=now())
        return page("presence.html", presence=presence)

    return routes
