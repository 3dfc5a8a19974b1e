"""Queue of replies to be read aloud after their text was sent, for elders who sent a voice.

The voice only repeats the text, so each is attempted once and dropped when late.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from backend.database import wake
from backend.models.messages import InboxMessage, OutboxMessage, Source, VoiceOwed
from backend.vocabulary.messages import Body

TOPIC = "aloud"
MOST_WAITING = 5  # a longer queue would make the last voice too late
TOO_LATE = timedelta(seconds=60)


def request(session: Session, message: OutboxMessage, *, now: datetime) -> None:
    """Queue the voice of a message just sent, if the resident is an elder who sent a voice."""
    if message.source != Source.BOT or not message.conversation.account.resident.elder_mode:
        return
    if _has_spoken(session, message.conversation_id) and _waiting(session) < MOST_WAITING:
        session.add(VoiceOwed(message=message, asked_at=now))
        wake(session, TOPIC)


def take(session: Session, *, now: datetime) -> OutboxMessage | None:
    """Remove the oldest message from the queue and return it; late ones are dropped."""
    session.execute(delete(VoiceOwed).where(VoiceOwed.asked_at < now - TOO_LATE))
    oldest = session.scalar(
        select(VoiceOwed)
        .order_by(VoiceOwed.outbox_id)
        .limit(1)
        .with_for_update(key_share=True, skip_locked=True)
    )
    if oldest is None:
        return None
    session.delete(oldest)
    return oldest.message


def _has_spoken(session: Session, conversation_id: int) -> bool:
    """True if the resident's newest message is a voice."""
    newest = session.scalar(
        select(InboxMessage)
        .where(InboxMessage.conversation_id == conversation_id)
        .order_by(InboxMessage.id.desc())
        .limit(1)
    )
    return newest is not None and any(file.is_spoken for file in Body.of(newest.body).files)


def _waiting(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(VoiceOwed)) or 0
