"""Queries on the messages of one chat: pressed buttons, sent texts, the transcript."""

from datetime import datetime

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import Session, aliased

from backend.models.messages import InboxMessage, OutboxMessage, Source
from backend.vocabulary.messages import Button


def pressed_button(
    session: Session, conversation_id: int, outbox_id: int, index: int
) -> tuple[Button, bool] | None:
    """The button and whether it is current; None if this chat never had it.

    A button is current until a later message of the conversation has buttons. The button of a
    case (a rating prompt) always counts as current; its action checks the case instead.
    """
    parameters = {"conversation_id": conversation_id, "outbox_id": outbox_id}
    row = session.connection().execute(_BUTTONS, parameters).one_or_none()
    if row is None or index >= len(row.buttons):
        return None
    return Button(**row.buttons[index]), row.case_id is not None or not row.is_past


_NEWER = aliased(OutboxMessage)
_BUTTONS = select(
    OutboxMessage.buttons,
    OutboxMessage.case_id,
    exists()
    .where(
        _NEWER.conversation_id == OutboxMessage.conversation_id,
        _NEWER.id > OutboxMessage.id,
        func.jsonb_array_length(_NEWER.buttons) > 0,
    )
    .label("is_past"),
).where(
    OutboxMessage.id == bindparam("outbox_id"),
    OutboxMessage.conversation_id == bindparam("conversation_id"),
)


def has_sent_text(session: Session, conversation_id: int, words: str, *, since: datetime) -> bool:
    """True if a message of the bot in this chat contains `words`."""
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
    outbox_rows = session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.conversation_id == conversation_id)
        .order_by(OutboxMessage.id.desc())
        .limit(most)
    )
    both: list[InboxMessage | OutboxMessage] = [*received, *outbox_rows]
    both.sort(key=lambda m: (m.received_at if isinstance(m, InboxMessage) else m.created_at, m.id))
    return both[-most:]
