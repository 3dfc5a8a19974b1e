"""Returns chats to the queue whose colleague does not answer."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.conversations import service as conversations
from backend.messaging import outbox
from backend.models.conversations import Conversation, Owner
from backend.models.messages import Source
from backend.settings import settings
from backend.staff.accounts import audit
from backend.texts.staff import NOBODY_WROTE
from backend.vocabulary.queue_codes import QueueCode


def return_silent(session: Session, now: datetime, most: int) -> int:
    """Return chats unanswered for `MINHU_CHAT_SILENCE_MINUTES`; the number of them."""
    silence = timedelta(minutes=settings().chat_silence_minutes)
    query = (
        select(Conversation)
        .where(Conversation.owner == Owner.STAFF, Conversation.unanswered_since < now - silence)
        .order_by(Conversation.unanswered_since)
        .limit(most)
        .with_for_update(key_share=True, skip_locked=True, of=Conversation)
    )
    silent = session.scalars(query).all()
    for conversation in silent:
        _return(session, conversation, now)
    return len(silent)


def _return(session: Session, conversation: Conversation, now: datetime) -> None:
    staff, since = conversation.staff, conversation.unanswered_since
    assert staff is not None
    assert since is not None
    audit(session, staff, "left_conversation_silent", str(conversation.id), now=now)
    conversations.back_to_queue(
        session, conversation, QueueCode.UNANSWERED, f"{staff.display_name}没有回", since=since
    )
    outbox.reply(session, conversation, NOBODY_WROTE, now=now, source=Source.SYSTEM)
