"""Internal notes in a chat: staff read them, the resident does not."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.conversations.service import SAID_TOPIC
from backend.database import wake
from backend.desk import chats
from backend.errors import BadInput
from backend.models.conversations import ChatNote
from backend.models.staff import StaffAccount

LONGEST_NOTE = 1000
MOST_NOTES = 50


def write_note(
    session: Session, conversation_id: int, staff: StaffAccount, text: str, *, now: datetime
) -> None:
    """Note something in a chat that the staff may read. Raises BadInput, NotFound, NotAllowed."""
    chats.require_readable(session, conversation_id, staff)
    add_note(session, conversation_id, staff, text, now=now)


def add_note(
    session: Session, conversation_id: int, staff: StaffAccount, text: str, *, now: datetime
) -> None:
    """Raises BadInput."""
    text = text.strip()
    if not text:
        raise BadInput("请写备注")
    if len(text) > LONGEST_NOTE:
        raise BadInput(f"备注最多 {LONGEST_NOTE} 字，现在有 {len(text)} 字")
    session.add(ChatNote(conversation_id=conversation_id, staff_id=staff.id, text=text, at=now))
    wake(session, f"{SAID_TOPIC}:{conversation_id}")


def notes_of(session: Session, conversation_id: int) -> list[ChatNote]:
    """The newest notes, oldest first."""
    query = select(ChatNote).where(ChatNote.conversation_id == conversation_id)
    newest = session.scalars(query.order_by(ChatNote.id.desc()).limit(MOST_NOTES)).all()
    return list(reversed(newest))
