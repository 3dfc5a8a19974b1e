"""Forms of a chat that take it over, hand it over, or note something in it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session

from backend.clock import now
from backend.database import Database
from backend.desk import hand_over
from backend.desk.chat_notes import write_note
from backend.desk.reply_drafts import save_draft
from backend.desk.transcript_corrections import correct
from backend.desk.viewers import note_typing
from backend.web.console.auth import Posted, posted_in
from backend.web.console.conversations import CHATS, chat_step
from backend.web.console.pages import ConsoleRoute
from backend.web.forms import number_in
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

        def save(session: Session) -> str:
            save_draft(session, conversation_id, posted.staff, text, now=now())
            if text.strip():
                note_typing(session, conversation_id, posted.staff, now=now())
            return f"{CHATS}/{conversation_id}#latest"

        return chat_step(database, conversation_id, posted, save, typed=text)

    @routes.post("/{conversation_id}/note")
    def note(conversation_id: RowId, posted: Annotated[Posted, posted]) -> Response:
        text = posted.form.get("note", "")

        def write(session: Session) -> str:
            write_note(session, conversation_id, posted.staff, text, now=now())
            return f"{CHATS}/{conversation_id}?done=note#latest"

        typed = posted.form.get("text", "")
        return chat_step(database, conversation_id, posted, write, typed=typed)

    @routes.post("/{conversation_id}/transcript")
    def correct_transcript(conversation_id: RowId, posted: Annotated[Posted, posted]) -> Response:
        return _correct(database, conversation_id, posted)

    return routes


def _correct(database: Database, conversation_id: int, posted: Posted) -> Response:
    form = posted.form

    def take(session: Session) -> str:
        number = number_in(form, "message")
        words = form.get("transcript", "")
        correct(session, conversation_id, posted.staff, number, words, now=now())
        return f"{CHATS}/{conversation_id}?done=transcript#i{number}"

    return chat_step(database, conversation_id, posted, take, typed=form.get("text", ""))


def _hand_over(database: Database, conversation_id: int, posted: Posted) -> Response:
    to, note = posted.form.get("to", ""), posted.form.get("note", "")

    def give(session: Session) -> str:
        if to.startswith(TO_UNIT):
            code = to.removeprefix(TO_UNIT)
            hand_over.to_unit(session, conversation_id, posted.staff, code, note, now=now())
        else:
            hand_over.to_colleague(session, conversation_id, posted.staff, to, note, now=now())
        return f"{CHATS}?done=hand-over"

    typed = posted.form.get("text", "")
    return chat_step(database, conversation_id, posted, give, typed=typed)
