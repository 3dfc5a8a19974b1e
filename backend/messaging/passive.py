"""Replies that the channel's own request carries back, where it can wait for them.

WeChat waits five seconds for an answer to what it delivers, and an answer in that time spends
nothing of what may be sent to the resident. So a reply there is first offered to the request
that brought the message; only when that is over is it due for push. A row goes to the one or
the other: the request takes it while it is not yet due, push when it is.
"""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backend.conversations.models import Conversation
from backend.database import wake
from backend.messaging.models import Delivery, InboxMessage, OutboxMessage
from backend.messaging.outbox import TOPIC, mark_sent, titles
from backend.messaging.quota import Parts

WECHAT = "wechat"
PASSIVE_CHANNELS = frozenset({WECHAT})
REQUEST_WAITS = timedelta(seconds=4.5)
# A request that has died cannot say so: then push begins by itself.
PUSH_WAITS = REQUEST_WAITS + timedelta(seconds=0.5)
CLOCKS_DIFFER = timedelta(seconds=0.2)  # at most, between the machines of one city


def reply_key(message_id: int) -> str:
    return f"reply:{message_id}"


def due_for_push(message: InboxMessage, *, now: datetime) -> datetime:
    """When push may send the reply to `message`."""
    if message.channel not in PASSIVE_CHANNELS:
        return now
    return max(now, message.received_at + PUSH_WAITS)


def announce(session: Session, message: InboxMessage) -> None:
    """Wake the request that waits for the answer to `message`, or to hear that there is none."""
    if message.channel in PASSIVE_CHANNELS:
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
    found = select(OutboxMessage).where(OutboxMessage.dedupe_key == reply_key(message_id))
    row = session.scalar(found)
    if row is None:
        return None
    own = select(Conversation.id).where(Conversation.id == row.conversation_id)
    session.execute(own.with_for_update())
    session.refresh(row)
    return row


def take(session: Session, row: OutboxMessage, parts: Parts, *, now: datetime) -> str | None:
    """What the request answers: the reply's first part; push sends those that follow.

    Taken once, it is given again to each repetition of the request: WeChat repeats only what
    it has not shown. None: push has it. `now` must be read after `lock`, so that a push that
    was there first is seen to have been due.
    """
    first, *further = parts(row.text, titles(row))
    if row.taken_at is not None:
        return first
    if row.status != Delivery.PENDING or row.due_at <= now + CLOCKS_DIFFER:
        return None
    row.taken_at = now
    row.parts_sent = 1
    if further:
        row.due_at = now
        wake(session, TOPIC)
    else:
        mark_sent(session, row.id, row.conversation_id, now=now)
    return first


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
    wake(session, TOPIC)
