"""Holds messages that cannot be sent, moves them to another chat, and releases them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from backend.database import wake
from backend.messaging.chat_choice import elsewhere
from backend.messaging.outbox import TOPIC
from backend.models.cases import Case
from backend.models.conversations import Conversation
from backend.models.messages import Delivery, OutboxMessage
from backend.models.residents import ChannelAccount

BLOCKED = "对方已停用或拉黑"  # reason for holding a message, shown to staff
UNTIL_CONTACT = "等对方下次联系时再发"


def hold(
    session: Session,
    chat: Conversation,
    rows: Sequence[OutboxMessage],
    *,
    now: datetime,
    problem: str,
) -> list[OutboxMessage]:
    """Hold `rows` until the resident makes contact; returns the rows that are held.

    Case updates move to another chat of the resident that can be reached, if there is one.
    """
    stay = []
    for row in rows:
        is_push = row.case_id is not None
        other = elsewhere(session, chat, now=now, ordinary=not row.buttons) if is_push else None
        if other:
            _move(session, row, other)
        else:
            row.status, row.problem, row.held_at = Delivery.HELD, problem, row.held_at or now
            stay.append(row)
    return stay


def _move(session: Session, row: OutboxMessage, chat: Conversation) -> None:
    """Move the message to another conversation and resend it from part 0."""
    row.conversation_id, row.parts_sent, row.status = chat.id, 0, Delivery.PENDING
    wake(session, TOPIC)


def return_to_home_chats(session: Session, resident_ids: Sequence[int]) -> None:
    """Move unsent updates of the residents' cases back from chats of other residents.

    After accounts were unlinked, an update may wait in a chat that is now another resident's.
    """
    misplaced = (
        select(OutboxMessage)
        .join(Case, Case.id == OutboxMessage.case_id)
        .join(Conversation, Conversation.id == OutboxMessage.conversation_id)
        .join(ChannelAccount, ChannelAccount.id == Conversation.account_id)
        .where(
            OutboxMessage.status.in_([Delivery.PENDING, Delivery.HELD]),
            Case.resident_id.in_(resident_ids),
            ChannelAccount.resident_id != Case.resident_id,
        )
    )
    for row in session.scalars(misplaced).all():
        home = session.scalars(select(Case.conversation_id).where(Case.id == row.case_id)).one()
        _move(session, row, session.get_one(Conversation, home))


def hold_all(session: Session, account: ChannelAccount, *, now: datetime) -> None:
    """The resident has blocked us: hold all messages until the next contact."""
    account.blocked_at = now
    chat = session.scalar(select(Conversation).where(Conversation.account_id == account.id))
    if chat is None:
        return
    pending = session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.conversation_id == chat.id, OutboxMessage.status == Delivery.PENDING)
        .order_by(OutboxMessage.id)
        .with_for_update(key_share=True)  # excludes a row that is just being marked as sent
    )
    hold(session, chat, pending.all(), now=now, problem=BLOCKED)


def release_held(session: Session, resident_id: int, conversation_id: int) -> None:
    """The resident made contact: send the held messages of all their chats in this one."""
    conversations = (
        select(Conversation.id)
        .join(ChannelAccount, ChannelAccount.id == Conversation.account_id)
        .where(ChannelAccount.resident_id == resident_id)
    )
    is_here = OutboxMessage.conversation_id == conversation_id
    released = session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.status == Delivery.HELD, OutboxMessage.conversation_id.in_(conversations)
        )
        .values(
            status=Delivery.PENDING,
            conversation_id=conversation_id,
            # In another chat it starts from part 0: each channel splits a text differently.
            parts_sent=case((is_here, OutboxMessage.parts_sent), else_=0),
        )
    )
    if released.rowcount:  # type: ignore[attr-defined]
        wake(session, TOPIC)
