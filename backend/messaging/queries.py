"""Outbox rows by id, and the question that a chat was shown last."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, func, or_, select

from backend.database import Session
from backend.models.messages import Delivery, OutboxMessage, Source

_LAST_QUESTION = (
    select(OutboxMessage.text, OutboxMessage.buttons)
    .where(
        OutboxMessage.conversation_id == bindparam("conversation_id"),
        OutboxMessage.status == Delivery.SENT,
        or_(
            OutboxMessage.source != Source.SYSTEM,
            func.jsonb_array_length(OutboxMessage.buttons) > 0,
        ),
    )
    .order_by(OutboxMessage.id.desc())
    .limit(1)
)


def last_question(session: Session, conversation_id: int) -> tuple[str, Sequence[dict[str, Any]]]:
    """Text and buttons of the newest sent message, news without buttons left out.

    ("", ()) when the chat was sent nothing yet.
    """
    row = (
        session.connection()
        .execute(_LAST_QUESTION, {"conversation_id": conversation_id})
        .one_or_none()
    )
    return (row.text, row.buttons) if row else ("", ())


def outbox_rows(session: Session, ids: Sequence[int]) -> Sequence[OutboxMessage]:
    """The rows with these ids, in the order of ids; a missing row is left out."""
    rows = select(OutboxMessage).where(OutboxMessage.id.in_(ids)).order_by(OutboxMessage.id)
    return session.scalars(rows).all()
