"""Real contact with a resident: what the `respond` clock waits for. A bot's words are none."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.cases.step import Details
from backend.cases.stepping import Actor, note
from backend.models.cases import Case
from backend.models.conversations import Conversation
from backend.models.staff import StaffAccount
from backend.vocabulary.case_lifecycle import OPEN, Action

IN_CHAT = Details(text="在会话里回复了市民")


def note_contact(
    session: Session, conversation: Conversation, staff: StaffAccount, *, now: datetime
) -> None:
    """A person has answered in the chat: contact for the open cases that still wait for it."""
    waiting = session.scalars(
        select(Case)
        .where(
            Case.resident_id == conversation.account.resident_id,
            Case.status.in_(OPEN),
            Case.responded_at.is_(None),
        )
        .order_by(Case.id)
    )
    actor = actor_for(staff)
    for case in waiting:
        note(session, case, Action.CONTACT, actor, IN_CHAT, now=now)


def actor_for(staff: StaffAccount) -> Actor:
    return Actor(f"staff:{staff.username}", f"{staff.unit.name} {staff.display_name}")
