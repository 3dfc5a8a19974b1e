"""Passive replies: returned in the response to the channel's own request.

WeChat waits five seconds for the response to a delivery, and a reply in that response spends no
quota. So a reply is first offered to the request that delivered the message, and becomes due for
push when that request is over. Request and push exclude each other: the request takes a row that
is not yet due, push takes a row that is due.
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

CLOCKS_DIFFER = timedelta(seconds=0.2)  # maximum difference between our machines' clocks


def reply_key(message_id: int, part: int | None = None) -> str:
    """Idempotency key of the reply to a message, or of message `part` that precedes it."""
    return f"reply:{message_id}" if part is None else f"reply:{message_id}:{part}"


def due_for_push(message: InboxMessage, *, now: datetime) -> datetime:
    """Time from which push may send the reply to `message`."""
    if message.channel not in PASSIVE_CHANNELS:
        return now
    return max(now, message.received_at + PUSH_WAITS)


def wake_request(session: Session, message: InboxMessage, *, now: datetime) -> None:
    """Wake the request that waits for the reply to `message`: the turn is over."""
    if message.channel not in PASSIVE_CHANNELS:
        return
    if message.received_at + PUSH_WAITS <= now:
        _release_updates(session, message.conversation_id, now=now)
    wake(session, f"chat:{message.conversation_id}")


def find(session: Session, channel: str, external_id: str) -> InboxMessage:
    """The stored message; the channel may have delivered it several times."""
    return session.scalars(
        select(InboxMessage).where(
            InboxMessage.channel == channel, InboxMessage.external_id == external_id
        )
    ).one()


def lock(session: Session, message_id: int) -> OutboxMessage | None:
    """The reply to the message; its conversation is locked, as push does."""
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
    """Delete the reply and return its text; None if it is being sent or was sent."""
    row = lock(session, message_id)
    if row is None or row.status != Delivery.PENDING or row.parts_sent:
        return None
    session.refresh(row.conversation, ["push_leased_until"])
    if row.conversation.push_leased_until and row.conversation.push_leased_until > now:
        return None
    session.delete(row)
    return row.text


def take(session: Session, row: OutboxMessage, parts: Parts, *, now: datetime) -> str | None:
    """The text for the request's response: the first part of the reply; push sends the others.

    Case updates of the same turn are included if all fits into one message. A repeated request
    gets the same text again, because WeChat repeats only what it has not shown. Returns None if
    the row is left to push. `now` must be read after `lock`, so that a row that push has just
    found due is not taken.
    """
    if row.taken_at is not None:
        return _split(_taken_with(session, row), parts)[0]
    if row.status != Delivery.PENDING or row.due_at <= now + CLOCKS_DIFFER:
        return None
    rows = [*_updates_before(session, row, now=now), row]
    first, *rest = _split(rows, parts)
    if rest and len(rows) > 1:
        _release_updates(session, row.conversation_id, now=now)
        rows = [row]
        first, *rest = _split(rows, parts)
    for taken_row in rows:
        taken_row.taken_at, taken_row.parts_sent = now, 1
        if not rest:
            mark_sent(session, taken_row.id, taken_row.conversation_id, now=now)
    if rest:
        row.due_at = now
        wake(session, TOPIC)
    return first


def _split(rows: Sequence[OutboxMessage], parts: Parts) -> list[str]:
    """The parts of the joined texts of `rows`; only the last row has choices."""
    return parts("\n\n".join(row.text for row in rows), titles(rows[-1]))


def _updates_before(
    session: Session, row: OutboxMessage, *, now: datetime
) -> Sequence[OutboxMessage]:
    """Case updates that wait for the request with the reply; none if any has buttons."""
    waits = _waits_for_request(row.conversation_id, after=now + CLOCKS_DIFFER)
    updates = session.scalars(
        select(OutboxMessage)
        .where(waits, OutboxMessage.id < row.id)
        .order_by(OutboxMessage.id)
        .execution_options(populate_existing=True)
    ).all()
    return [] if any(update_row.buttons for update_row in updates) else updates


def _taken_with(session: Session, row: OutboxMessage) -> Sequence[OutboxMessage]:
    """All rows that were taken together with `row`, itself included."""
    return session.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.conversation_id == row.conversation_id,
            OutboxMessage.taken_at == row.taken_at,
        )
        .order_by(OutboxMessage.id)
    ).all()


def _waits_for_request(conversation_id: int, *, after: datetime) -> ColumnElement[bool]:
    """Case updates delayed for a request, not for the end of the quiet hours."""
    return and_(
        OutboxMessage.conversation_id == conversation_id,
        OutboxMessage.status == Delivery.PENDING,
        OutboxMessage.case_id.is_not(None),
        OutboxMessage.parts_sent == 0,
        OutboxMessage.due_at > after,
        OutboxMessage.due_at <= OutboxMessage.created_at + PUSH_WAITS,
    )


def _release_updates(session: Session, conversation_id: int, *, now: datetime) -> None:
    waits = _waits_for_request(conversation_id, after=now)
    session.execute(update(OutboxMessage).where(waits).values(due_at=now))
    wake(session, TOPIC)


def is_answered(session: Session, message_id: int) -> bool:
    """True if the turn is over; if there is no reply then, none will come."""
    done_at = select(InboxMessage.done_at).where(InboxMessage.id == message_id)
    return session.scalar(done_at) is not None


def release_to_push(session: Session, message_id: int, *, now: datetime) -> None:
    """The request ended without the reply: let push send the reply at once."""
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
    _release_updates(session, session.scalars(chat).one(), now=now)
