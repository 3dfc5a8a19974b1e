"""Replies that the channel's own request carries back, where it can wait for them.

WeChat waits five seconds for an answer to what it delivers, and an answer in that time spends
nothing of what may be sent to the resident. So a reply there is first offered to the request
that brought the message; only when that is over is it due for push. A row goes to the one or
the other: the request takes it while it is not yet due, push when it is.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from backend.database import wake
from backend.messaging.charging import titles
from backend.messaging.outbox import PASSIVE_CHANNELS, PUSH_WAITS, TOPIC, mark_sent
from backend.messaging.quota import Parts
from backend.models.conversations import Conversation
from backend.models.messages import Delivery, InboxMessage, OutboxMessage

CLOCKS_DIFFER = timedelta(seconds=0.2)  # at most, between the machines of one city


def reply_key(message_id: int, part: int | None = None) -> str:
    """Idempotency key of the reply to a message; `part` of what goes before it."""
    return f"reply:{message_id}" if part is None else f"reply:{message_id}:{part}"


def due_for_push(message: InboxMessage, *, now: datetime) -> datetime:
    """When push may send the reply to `message`."""
    if message.channel not in PASSIVE_CHANNELS:
        return now
    return max(now, message.received_at + PUSH_WAITS)


def announce(session: Session, message: InboxMessage, *, now: datetime) -> None:
    """Wake the request that waits for the answer to `message`, or to hear that there is none."""
    if message.channel not in PASSIVE_CHANNELS:
        return
    if message.received_at + PUSH_WAITS <= now:
        _let_go_beside(session, message.conversation_id, now=now)
    wake(session, f"chat:{message.conversation_id}")


def find(session: Session, channel: str, external_id: str) -> InboxMessage:
    """The message as it is kept, whichever of its deliveries was the first."""
    return session.scalars(
        select(InboxMessage).where(
            InboxMessage.channel == channel, InboxMessage.external_id == external_id
        )
    ).one()


def lock(session: Session, message_id: int) -> OutboxMessage | None:
    """The reply to the message, with its conversation locked as push locks it."""
    row = reply_to(session, message_id)
    if row is None:
        return None
    own = select(Conversation.id).where(Conversation.id == row.conversation_id)
    session.execute(own.with_for_update(key_share=True))
    session.refresh(row)
    return row


def reply_to(session: Session, message_id: int) -> OutboxMessage | None:
    key = reply_key(message_id)
    return session.scalar(select(OutboxMessage).where(OutboxMessage.dedupe_key == key))


def take_back(session: Session, message_id: int, *, now: datetime) -> str | None:
    """Leave the reply unsaid, unless somebody has begun to send it; returns what it would say."""
    row = lock(session, message_id)
    if row is None or row.status != Delivery.PENDING or row.parts_sent:
        return None
    session.refresh(row.conversation, ["push_leased_until"])
    if row.conversation.push_leased_until and row.conversation.push_leased_until > now:
        return None
    session.delete(row)
    return row.text


def take(session: Session, row: OutboxMessage, parts: Parts, *, now: datetime) -> str | None:
    """What the request answers: the reply's first part; push sends those that follow.

    What the same turn says of a case goes along, where one message holds it all. Taken once,
    it is given again to each repetition of the request: WeChat repeats only what it has not
    shown. None: push has it. `now` must be read after `lock`, so that a push that was there
    first is seen to have been due.
    """
    if row.taken_at is not None:
        return _cut(_taken_with(session, row), parts)[0]
    if row.status != Delivery.PENDING or row.due_at <= now + CLOCKS_DIFFER:
        return None
    together = [*_beside(session, row, now=now), row]
    first, *further = _cut(together, parts)
    if further and len(together) > 1:
        _let_go_beside(session, row.conversation_id, now=now)
        together = [row]
        first, *further = _cut(together, parts)
    for one in together:
        one.taken_at, one.parts_sent = now, 1
        if not further:
            mark_sent(session, one.id, one.conversation_id, now=now)
    if further:
        row.due_at = now
        wake(session, TOPIC)
    return first


def _cut(rows: Sequence[OutboxMessage], parts: Parts) -> list[str]:
    """What `rows` say as one text; only the last of them has choices."""
    return parts("\n\n".join(row.text for row in rows), titles(rows[-1]))


def _beside(session: Session, row: OutboxMessage, *, now: datetime) -> Sequence[OutboxMessage]:
    """What waits to go along with the reply."""
    waiting = _waits_beside(row.conversation_id, after=now + CLOCKS_DIFFER)
    rows = session.scalars(
        select(OutboxMessage)
        .where(waiting, OutboxMessage.id < row.id)
        .order_by(OutboxMessage.id)
        .execution_options(populate_existing=True)
    ).all()
    return [] if any(one.buttons for one in rows) else rows


def _taken_with(session: Session, row: OutboxMessage) -> Sequence[OutboxMessage]:
    return session.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.conversation_id == row.conversation_id,
            OutboxMessage.taken_at == row.taken_at,
        )
        .order_by(OutboxMessage.id)
    ).all()


def _waits_beside(conversation_id: int, *, after: datetime) -> ColumnElement[bool]:
    """Progress that is kept back for a request, not for the morning."""
    return and_(
        OutboxMessage.conversation_id == conversation_id,
        OutboxMessage.status == Delivery.PENDING,
        OutboxMessage.case_id.is_not(None),
        OutboxMessage.parts_sent == 0,
        OutboxMessage.due_at > after,
        OutboxMessage.due_at <= OutboxMessage.created_at + PUSH_WAITS,
    )


def _let_go_beside(session: Session, conversation_id: int, *, now: datetime) -> None:
    waiting = _waits_beside(conversation_id, after=now)
    session.execute(update(OutboxMessage).where(waiting).values(due_at=now))
    wake(session, TOPIC)


def is_answered(session: Session, message_id: int) -> bool:
    """True when the turn is over; without a reply, none will come."""
    done = select(InboxMessage.done_at).where(InboxMessage.id == message_id)
    return session.scalar(done) is not None


def let_go(session: Session, message_id: int, *, now: datetime) -> None:
    """The request is over without the reply: push may send it at once."""
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.dedupe_key == reply_key(message_id),
            OutboxMessage.status == Delivery.PENDING,
            OutboxMessage.due_at > now,
        )
        .values(due_at=now)
    )
    chat = select(InboxMessage.conversation_id).where(InboxMessage.id == message_id)
    _let_go_beside(session, session.scalars(chat).one(), now=now)
