"""Forms of a chat that register its words as a case, or add them to an existing one."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session

from backend.clock import now
from backend.database import Database
from backend.desk import chats
from backend.desk.chat_appeals import ChatAppeal, register_from_chat
from backend.desk.steps import StepRequest, take
from backend.vocabulary.case_lifecycle import Action
from backend.web.console.auth import Posted, posted_in
from backend.web.console.conversations import CHATS, LONGEST_KEY, chat_step
from backend.web.console.pages import ConsoleRoute
from backend.web.inputs import RowId


def chat_case_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/conversations", route_class=ConsoleRoute)
    posted = Depends(posted_in(database))

    @routes.post("/{conversation_id}/register")
    def register(conversation_id: RowId, posted: Annotated[Posted, posted]) -> Response:
        return _register(database, conversation_id, posted)

    @routes.post("/{conversation_id}/add")
    def add_to_case(conversation_id: RowId, posted: Annotated[Posted, posted]) -> Response:
        return _add(database, conversation_id, posted)

    return routes


def _register(database: Database, conversation_id: int, posted: Posted) -> Response:
    form = posted.form
    appeal = ChatAppeal(form.get("appeal", ""), form.get("place"), form.get("kind"))

    def register(session: Session) -> str:
        case = register_from_chat(
            session, conversation_id, posted.staff, appeal,
            key=form.get("key", "")[:LONGEST_KEY], now=now(),
        )  # fmt: skip
        return f"{CHATS}/{conversation_id}?done=register&case={case.case_no}#latest"

    typed = form.get("text", "")
    return chat_step(database, conversation_id, posted, register, typed=typed, appeal=appeal)


def _add(database: Database, conversation_id: int, posted: Posted) -> Response:
    """Note what was told in the chat on one of the resident's cases."""
    words = posted.form.get("detail", "")

    def add(session: Session) -> str:
        chats.require_owner(session, conversation_id, posted.staff)
        case_no = posted.form.get("case", "")
        request = StepRequest(case_no, Action.ADD_DETAIL, {"text": words})
        take(session, posted.staff, request, now=now())
        return f"{CHATS}/{conversation_id}?done=add#latest"

    return chat_step(database, conversation_id, posted, add, typed=words)
