"""Conversations with residents: list, read, claim, reply, release."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from sqlalchemy.orm import joinedload

from backend.clock import now
from backend.conversations.service import by_owner
from backend.database import Database
from backend.desk import chats
from backend.desk.transcripts import ChatMessage, messages_of
from backend.models.conversations import Conversation, Owner
from backend.models.staff import StaffAccount
from backend.staff import permissions
from backend.staff.visibility import chats_in_scope
from backend.vocabulary.typed_text import Text
from backend.web.api import case_json
from backend.web.api.auth import signed_in
from backend.web.inputs import EmptyIsNone, Page, RowId

PAGE_SIZE = 50


class ReplyIn(BaseModel):
    text: Text


def conversation_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/conversations", tags=["conversations"])
    signed = Depends(signed_in(database))

    @routes.get("")
    def list_conversations(
        staff: Annotated[StaffAccount, signed],
        owner: Annotated[Owner | None, EmptyIsNone] = None,
        page: Page = None,
    ) -> dict[str, Any]:
        """List conversations, the longest waiting first."""
        permissions.require_answers_chats(staff)
        return _list(database, staff, owner, page or 1)

    @routes.get("/{conversation_id}")
    def show(conversation_id: RowId, staff: Annotated[StaffAccount, signed]) -> dict[str, Any]:
        """The conversation with its messages; 403 while a colleague has it."""
        with database.begin() as session:
            conversation = chats.read(session, conversation_id, staff, now=now())
            messages = messages_of(session, conversation, staff)
            return as_json(conversation) | {"messages": [_message(row) for row in messages]}

    @routes.post("/{conversation_id}/claim")
    def claim(conversation_id: RowId, staff: Annotated[StaffAccount, signed]) -> dict[str, Any]:
        with database.begin() as session:
            return as_json(chats.claim(session, conversation_id, staff, now=now()))

    @routes.post("/{conversation_id}/reply")
    def reply(
        conversation_id: RowId, staff: Annotated[StaffAccount, signed], body: ReplyIn
    ) -> dict[str, Any]:
        with database.begin() as session:
            return as_json(chats.reply(session, conversation_id, staff, body.text, now=now()))

    @routes.post("/{conversation_id}/release")
    def release(conversation_id: RowId, staff: Annotated[StaffAccount, signed]) -> dict[str, Any]:
        with database.begin() as session:
            return as_json(chats.release(session, conversation_id, staff, now=now()))

    return routes


def _list(
    database: Database, staff: StaffAccount, owner: Owner | None, page: int
) -> dict[str, Any]:
    query = (
        by_owner(owner)
        .where(chats_in_scope(staff) | (Conversation.staff_id == staff.id))
        .options(
            joinedload(Conversation.account),
            joinedload(Conversation.staff).joinedload(StaffAccount.unit),
        )
        .offset((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE)
    )
    with database.begin() as session:
        return {"conversations": [as_json(row) for row in session.scalars(query)], "page": page}


def as_json(row: Conversation) -> dict[str, Any]:
    return {
        "id": row.id,
        "owner": row.owner,
        "channel": row.account.channel,
        "queued_at": row.queued_at.isoformat() if row.queued_at else None,
        "queue_reason": row.queue_reason,
        "elder_mode": bool(row.account.resident.elder_mode),
        "care": row.account.resident.care,
        "staff": {"name": row.staff.display_name, "unit": row.staff.unit.name}
        if row.staff
        else None,
    }


def _message(message: ChatMessage) -> dict[str, Any]:
    return {
        "from": message.source,
        "text": message.text,
        "at": message.at.isoformat(),
        "location": vars(message.pin) if message.pin else None,
        "files": [case_json.attachment(file) for file in message.files],
        "transcript": asdict(message.transcript) if message.transcript else None,
        "case_no": message.case_no,
        "delivery": message.delivery,
        "problem": message.problem,
    }
