"""Replies to be read aloud too, once their text was sent: to elders who spoke, and did not type.

A courtesy beside the text: none is tried twice, and none comes late.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from backend.database import wake
from backend.models.messages import InboxMessage, OutboxMessage, Source, VoiceOwed
from backend.vocabulary.messages import Body

TOPIC = "aloud"
MOST_WAITING = 5  # the last of more would be too late
TOO_LATE = timedelta(seconds=60)


def owe(session: Session, told: OutboxMessage, *, now: datetime) -> None:
    """For what has just been sent. Nothing is owed to whom the text is enough."""
    if told.source != Source.BOT or not told.conversation.account.resident.elder_mode:
        return
    if _has_spoken(session, told.conversation_id) and _waiting(session) < MOST_WAITING:
        session.add(VoiceOwed(message=told, asked_at=now))
        wake(session, TOPIC)


def take(session: Session, *, now: datetime) -> OutboxMessage | None:
    """The oldest message, which from now on is owed no voice: it is not said twice."""
    session.execute(delete(VoiceOwed).where(VoiceOwed.asked_at < now - TOO_LATE))
    owed = session.scalar(
        select(VoiceOwed)
        .order_by(VoiceOwed.outbox_id)
        .limit(1)
        .with_for_update(key_share=True, skip_locked=True)
    )
    if owed is None:
        return None
    session.delete(owed)
    return owed.message


def _has_spoken(session: Session, conversation_id: int) -> bool:
    newest = session.scalar(
        select(InboxMessage)
        .where(InboxMessage.conversation_id == conversation_id)
        .order_by(InboxMessage.id.desc())
        .limit(1)
    )
    return newest is not None and any(file.is_spoken for file in Body.of(newest.body).files)


def _waiting(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(VoiceOwed)) or 0
