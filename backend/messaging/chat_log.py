"""Queries on the messages of one chat: pressed buttons, sent texts, the transcript."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.models.messages import InboxMessage, OutboxMessage, Source
from backend.vocabulary.messages import Button


def pressed_button(
    session: Session, conversation_id: int, outbox_id: int, index: int
) -> tuple[Button, bool] | None:
    """The button and whether it is current; None if this chat never had it.

    A button is current until a later message of the conversation has buttons. The button of a
    case (a rating prompt) always counts as current; its action checks the case instead.
    """
    row = session.get(OutboxMessage, outbox_id)
    if row is None or row.conversation_id != conversation_id or index >= len(row.buttons):
        return None
    newer = session.scalar(
        select(OutboxMessage.id)
        .where(
            OutboxMessage.conversation_id == conversation_id,
            OutboxMessage.id > outbox_id,
            func.jsonb_array_length(OutboxMessage.buttons) > 0,
        )
        .limit(1)
    )
    button = Button(**row.buttons[index])
    return button, newer is None or row.case_id is not None


def has_sent_text(session: Session, conversation_id: int, words: str, *, since: datetime) -> bool:
    """Whether a message of the bot in this chat contains `words`."""
    matching = select(OutboxMessage.id).where(
        OutboxMessage.conversation_id == conversation_id,
        OutboxMessage.source == Source.BOT,
        OutboxMessage.created_at >= since,
        OutboxMessage.text.contains(words, autoescape=True),
    )
    return session.scalar(matching.limit(1)) is not None


def transcript(
    session: Session, conversation_id: int, *, most: int = 100
) -> list[InboxMessage | OutboxMessage]:
    """The newest `most` messages of both sides, oldest first."""
    received = session.scalars(
        select(InboxMessage)
        .where(InboxMessage.conversation_id == conversation_id)
        .order_by(InboxMessage.id.desc())
        .limit(most)
    )
    sent = session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.conversation_id == conversation_id)
        .order_by(OutboxMessage.id.desc())
        .limit(most)
    )
    both: list[InboxMessage | OutboxMessage] = [*received, *sent]
    both.sort(key=lambda m: (m.received_at if isinstance(m, InboxMessage) else m.created_at, m.id))
    return both[-most:]
