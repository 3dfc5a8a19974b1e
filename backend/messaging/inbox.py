"""What residents sent: kept first, then taken one at a time per conversation, in order."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from backend.conversations.models import Conversation
from backend.conversations.service import conversation_for
from backend.database import wake
from backend.messaging import file_jobs, windows
from backend.messaging.messages import Body, Incoming
from backend.messaging.models import InboxMessage
from backend.messaging.outbox import let_go_of_held
from backend.residents.service import account_for
from nlu.emergency import detect
from nlu.text import normalise
from nlu.trained import danger_model

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
            is_urgent=False,
        )
        .on_conflict_do_nothing()
        .returning(InboxMessage.id)
    )
    if kept is None:
        return False
    account.blocked_at = None  # they wrote: the channel reaches them again
    windows.open_window(session, account, incoming.contact, at=min(incoming.sent_at, now))
    message = session.get_one(InboxMessage, kept)
    file_jobs.begin(session, message, now=now)
    message.is_urgent = _cries_danger(session, message)
    let_go_of_held(session, account.resident_id, conversation.id)
    wake(session, TOPIC)
    return True


def _cries_danger(session: Session, message: InboxMessage) -> bool:
    """Words that must not wait for a file of their own, or for one sent before them."""
    text = Body.of(message.body).text
    somebody_waits = select(InboxMessage.id).where(
        InboxMessage.conversation_id == message.conversation_id,
        InboxMessage.done_at.is_(None),
        InboxMessage.waits_until.is_not(None),
    )
    if not text or session.scalar(somebody_waits.limit(1)) is None:
        return False
    danger = detect(normalise(text), danger_model())
    return danger is not None and danger.is_certain


def claim(session: Session, *, now: datetime) -> Lease | None:
    """A lease on the conversation that has waited longest for an answer, or None."""
    waiting = (
        select(Conversation.id)
        .join(InboxMessage, InboxMessage.conversation_id == Conversation.id)
        .where(_is_ready(now), _free(now))
        .order_by(InboxMessage.id)
        .limit(1)
        .with_for_update(key_share=True, of=Conversation, skip_locked=True)
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


def _is_ready(now: datetime) -> ColumnElement[bool]:
    """Unanswered, and nothing before it in its chat waits for a file. Danger waits for nothing."""
    first = aliased(InboxMessage)
    waits = exists().where(
        first.conversation_id == InboxMessage.conversation_id,
        first.done_at.is_(None),
        first.waits_until > now,
        tuple_(first.sent_at, first.id) <= tuple_(InboxMessage.sent_at, InboxMessage.id),
    )
    return and_(InboxMessage.done_at.is_(None), or_(InboxMessage.is_urgent, ~waits))


def next_message(session: Session, lease: Lease, *, now: datetime) -> InboxMessage | None:
    """The oldest message whose turn it is, with the lease renewed; None gives the lease back."""
    if not still_held(session, lease):
        return None
    message = session.scalar(
        select(InboxMessage)
        .where(InboxMessage.conversation_id == lease.conversation_id, _is_ready(now))
        .order_by(InboxMessage.is_urgent.desc(), InboxMessage.sent_at, InboxMessage.id)
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
        .with_for_update(key_share=True)
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
