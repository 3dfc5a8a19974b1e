"""Emergencies of chats: raised by the bot, owned by a member of staff until they end."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload

from backend.conversations.service import raise_alarm
from backend.models.conversations import Conversation, Owner
from backend.models.emergencies import Emergency

LONGEST_WORDS = 500


def report(
    session: Session, conversation: Conversation, kind: str, words: str, why: str, *, now: datetime
) -> None:
    """Record what the resident said and queue the chat; an open emergency of the chat stays.

    A chat that staff have stays with them, and they own the emergency.
    """
    has_staff = conversation.owner == Owner.STAFF
    row = {
        "conversation_id": conversation.id, "kind": kind, "words": words[:LONGEST_WORDS],
        "raised_at": now, "done": [], "is_false": False,
        "owner_id": conversation.staff_id if has_staff else None,
        "owned_at": now if has_staff else None,
    }  # fmt: skip
    session.execute(insert(Emergency).values(row).on_conflict_do_nothing())
    raise_alarm(session, conversation.id, why, now=now)


def open_ones(session: Session, conversation_ids: Iterable[int]) -> dict[int, Emergency]:
    """The open emergencies of these chats, by chat."""
    query = (
        select(Emergency)
        .where(Emergency.conversation_id.in_(list(conversation_ids)), Emergency.ended_at.is_(None))
        .options(joinedload(Emergency.owner))
    )
    return {row.conversation_id: row for row in session.scalars(query)}


def lock_open(session: Session, conversation_id: int) -> Emergency | None:
    """The chat's open emergency, locked until commit."""
    query = (
        select(Emergency)
        .where(Emergency.conversation_id == conversation_id, Emergency.ended_at.is_(None))
        .with_for_update(key_share=True)
    )
    return session.scalar(query)


def give_to(session: Session, conversation_id: int, staff_id: int, *, now: datetime) -> None:
    """Whoever has the chat owns its open emergency."""
    session.execute(
        update(Emergency)
        .where(Emergency.conversation_id == conversation_id, Emergency.ended_at.is_(None))
        .values(owner_id=staff_id, owned_at=now)
    )


def without_owner(session: Session, most: int) -> Sequence[Emergency]:
    """Open emergencies that nobody owns, locked, the oldest first."""
    query = (
        select(Emergency)
        .where(Emergency.ended_at.is_(None), Emergency.owner_id.is_(None))
        .order_by(Emergency.id)
        .limit(most)
        .with_for_update(key_share=True, skip_locked=True, of=Emergency)
    )
    return session.scalars(query).all()


def false_ones(session: Session) -> Sequence[Emergency]:
    """Alarms that staff called none, the oldest first: examples for the detector."""
    return session.scalars(select(Emergency).where(Emergency.is_false).order_by(Emergency.id)).all()
