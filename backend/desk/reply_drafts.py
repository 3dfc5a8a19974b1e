"""Replies that staff are still writing: kept for each person and chat until they are sent."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.desk import chats
from backend.errors import BadInput
from backend.models.conversations import ReplyDraft
from backend.models.staff import StaffAccount


def save_draft(
    session: Session, conversation_id: int, staff: StaffAccount, text: str, *, now: datetime
) -> None:
    """Store the text in place of the earlier one; an empty text deletes it.

    Raises BadInput, and NotFound or NotAllowed for a chat that the staff may not read.
    """
    chats.require_readable(session, conversation_id, staff)
    if len(text) > chats.LONGEST_REPLY:
        raise BadInput(f"一次最多回复 {chats.LONGEST_REPLY} 字，现在有 {len(text)} 字，请分几次发")
    if not text.strip():
        drop_draft(session, conversation_id, staff)
        return
    row = {"staff_id": staff.id, "conversation_id": conversation_id, "text": text, "saved_at": now}
    session.execute(
        insert(ReplyDraft)
        .values(row)
        .on_conflict_do_update(
            index_elements=["staff_id", "conversation_id"], set_={"text": text, "saved_at": now}
        )
    )


def draft_of(session: Session, conversation_id: int, staff: StaffAccount) -> str:
    """The stored text; empty when there is none."""
    query = select(ReplyDraft.text).where(
        ReplyDraft.conversation_id == conversation_id, ReplyDraft.staff_id == staff.id
    )
    return session.scalar(query) or ""


def drop_draft(session: Session, conversation_id: int, staff: StaffAccount) -> None:
    session.execute(
        delete(ReplyDraft).where(
            ReplyDraft.conversation_id == conversation_id, ReplyDraft.staff_id == staff.id
        )
    )
