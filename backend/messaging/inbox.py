"""What residents sent: kept first, then taken one at a time per conversation, in order."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.conversations.models import Conversation
from backend.conversations.service import conversation_for
from backend.database import wake
from backend.messaging import windows
from backend.messaging.messages import Incoming
from backend.messaging.models import InboxMessage
from backend.messaging.outbox import let_go_of_held
from backend.residents.service import account_for

TOPIC = "inbox"
# Longer than any turn: a worker that has not finished by then is taken for dead.
LEASE = timedelta(seconds=15)


@dataclass(frozen=True)
class Lease:
    """The right to take turns in one conversation, until somebody else is given it."""

    conversation_id: int
    number: int


def receive(session: Session, incoming: Incoming, *, now: datetime) -> bool:
    """Keep `incoming`. False when it was kept before: channels deliver more than once."""
    account = account_for(
        session, incoming.channel, incoming.account, scene=incoming.scene, now=now
    )
    conversation = conversation_for(session, account, now=now)
    kept = session.scalar(
        insert(InboxMessage)
        .values(
            conversation_id=conversation.id,
            channel=incoming.channel,
            external_id=incoming.external_id,
            body=incoming.body(),
            sent_at=incoming.sent_at,
            received_at=now,
            attempts=0,
        )
        .on_conflict_do_nothing()
        .returning(InboxMessage.id)
    )
    if kept is None:
        return False
    account.blocked_at = None  # they wrote: the channel reaches them again
    windows.open_window(session, account, incoming.contact, at=min(incoming.sent_at, now))
    let_go_of_held(session, account.resident_id, conversation.id)
    wake(session, TOPIC)
    return True


def claim(session: Session, *, now: datetime) -> Lease | None:
    """A lease on the conversation that has waited longest for an answer, or None."""
    waiting = (
        select(Conversation.id)
        .join(InboxMessage, InboxMessage.conversation_id == Conversation.id)
        .where(InboxMessage.done_at.is_(None), _free(now))
        .order_by(InboxMessage.id)
        .limit(1)
        .with_for_update(of=Conversation, skip_locked=True)
    )
    conversation_id = session.scalar(waiting)
    if conversation_id is None:
        return None
    number = session.scalar(
        update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(turn_lease=Conversation.turn_lease + 1, turn_leased_until=now + LEASE)
        .returning(Conversation.turn_lease)
    )
    assert number is not None
    return Lease(conversation_id, number)


def _free(now: datetime):  # type: ignore[no-untyped-def]
    return Conversation.turn_leased_until.is_(None) | (Conversation.turn_leased_until < now)


def next_message(session: Session, lease: Lease, *, now: datetime) -> InboxMessage | None:
    """The oldest unanswered message, with the lease renewed; None gives the lease back."""
    if not still_held(session, lease):
        return None
    message = session.scalar(
        select(InboxMessage)
        .where(
            InboxMessage.conversation_id == lease.conversation_id, InboxMessage.done_at.is_(None)
        )
        .order_by(InboxMessage.sent_at, InboxMessage.id)
        .limit(1)
    )
    if message is not None:
        message.attempts += 1
    session.execute(
        update(Conversation)
        .where(Conversation.id == lease.conversation_id)
        .values(turn_leased_until=now + LEASE if message else None)
    )
    return message


def still_held(session: Session, lease: Lease) -> bool:
    """True, with the conversation locked, unless another worker was given it meanwhile."""
    number = session.scalar(
        select(Conversation.turn_lease)
        .where(Conversation.id == lease.conversation_id)
        .with_for_update()
    )
    return number == lease.number


def stuck(session: Session, *, since: datetime) -> list[int]:
    """Ids of messages that nobody has answered since `since`."""
    return list(
        session.scalars(
            select(InboxMessage.id).where(
                InboxMessage.done_at.is_(None), InboxMessage.received_at < since
            )
        )
    )
