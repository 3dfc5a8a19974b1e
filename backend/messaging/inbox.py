"""The inbox: claims residents' messages, one at a time per conversation, in order."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    DateTime,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session, aliased
from sqlalchemy.orm.attributes import set_committed_value

from backend.database import WAKE_CHANNEL
from backend.messaging.intake import TOPIC as TOPIC
from backend.messaging.intake import receive as receive
from backend.models.conversations import Conversation
from backend.models.messages import InboxMessage

# Longer than any turn: a worker that has not finished by then is considered dead.
LEASE = timedelta(seconds=15)
# After so many turns the lease is released, so that busy chats do not block the others.
MOST_IN_A_ROW = 5
# A lease released early is set to have just ended; the chat's place in the queue counts from then.
JUST_NOW = timedelta(microseconds=1)


@dataclass(frozen=True)
class Lease:
    """The right to take turns in one conversation, valid until a newer lease is issued."""

    conversation_id: int
    number: int


Moment = datetime | BindParameter[datetime]


def _free(now: Moment) -> ColumnElement[bool]:
    return Conversation.turn_leased_until.is_(None) | (Conversation.turn_leased_until < now)


def _is_ready(now: Moment, besides: BindParameter[int] | None = None) -> ColumnElement[bool]:
    """Unanswered, and no earlier message of the chat waits for a file; or urgent.

    `besides` is the id of a message that the same transaction marks as done.
    """
    first = aliased(InboxMessage)
    waits_for_file = and_(first.done_at.is_(None), first.waits_until > now)
    if besides is not None:
        waits_for_file = and_(waits_for_file, first.id != besides)
    # Few chats wait for a file; only there is each message compared with the earlier ones.
    chats = select(first.conversation_id).where(waits_for_file)
    is_behind = exists().where(
        waits_for_file,
        first.conversation_id == InboxMessage.conversation_id,
        tuple_(first.sent_at, first.id) <= tuple_(InboxMessage.sent_at, InboxMessage.id),
    )
    return and_(
        InboxMessage.done_at.is_(None),
        or_(InboxMessage.is_urgent, InboxMessage.conversation_id.not_in(chats), ~is_behind),
    )


def holds_lease(session: Session, lease: Lease) -> bool:
    """Lock the conversation; False if a newer lease was issued to another worker.

    The same statement refreshes the session's `Conversation` with its account and resident.
    """
    row = session.scalar(_LOCKED, {"chat": lease.conversation_id})
    return row is not None and row.turn_lease == lease.number


@dataclass(frozen=True)
class ClaimedMessage:
    """A message and the lease to answer it.

    Conversation, account and resident are loaded. A later transaction continues with
    `session.add(claimed.message)`, `holds_lease` and `finish`, without loading them again.
    """

    lease: Lease
    message: InboxMessage
    in_a_row: int = 1  # turns of this conversation under this lease


def take(session: Session, *, now: datetime) -> ClaimedMessage | None:
    """The next message of the conversation that has waited longest, its attempt counted."""
    row = session.connection().execute(_LEASE, _times(now)).one_or_none()
    if row is None:
        return None
    lease = Lease(row.id, row.turn_lease)
    message = _next_of(session, lease, 0, now, populate_existing=True)
    # None if another worker has just answered the message: release the unneeded lease.
    if message is None:
        session.connection().execute(_RELEASE, {"chat": lease.conversation_id})
    return ClaimedMessage(lease, message) if message else None


def finish(
    session: Session, claimed: ClaimedMessage, *, handled_by: str, now: datetime
) -> ClaimedMessage | None:
    """Mark the message as done and claim the conversation's next one.

    Returns None, and releases the lease, if no message is ready or it is another chat's turn.
    Call it after `holds_lease` in the same transaction. The caller's changes of the conversation
    are written together with the lease, in one UPDATE at commit.
    """
    message = session.get_one(InboxMessage, claimed.message.id)
    message.done_at, message.handled_by = now, handled_by
    with session.no_autoflush:
        if claimed.in_a_row >= MOST_IN_A_ROW:
            waits = _announce_others(session, claimed, now)
            message.conversation.turn_leased_until = now - JUST_NOW if waits else None
            return None
        following = _next_of(session, claimed.lease, message.id, now)
    message.conversation.turn_leased_until = now + LEASE if following else None
    return ClaimedMessage(claimed.lease, following, claimed.in_a_row + 1) if following else None


def _announce_others(session: Session, claimed: ClaimedMessage, now: datetime) -> bool:
    """Wake a worker if another message is ready in the conversation; returns whether one is."""
    parameters = {**_times(now), **_others(claimed.lease, claimed.message.id)}
    return session.connection().execute(_ANNOUNCE, parameters).one_or_none() is not None


def _next_of(
    session: Session, lease: Lease, done_id: int, now: datetime, **options: bool
) -> InboxMessage | None:
    """The next ready message except the one just done, with its attempt counted."""
    parameters = {**_times(now), **_others(lease, done_id)}
    row = session.execute(_NEXT, parameters, execution_options=options).one_or_none()
    if row is None:
        return None
    message: InboxMessage = row[0]
    set_committed_value(message, "attempts", row.attempts)  # a loaded message keeps its old value
    return message


def _times(now: datetime) -> dict[str, datetime]:
    return {"now": now, "until": now + LEASE}


def _others(lease: Lease, done_id: int) -> dict[str, int]:
    return {"chat": lease.conversation_id, "done_id": done_id}


def stuck(session: Session, *, since: datetime) -> list[int]:
    """Ids of messages that were received before `since` and are still unanswered."""
    return list(
        session.scalars(
            select(InboxMessage.id).where(
                InboxMessage.done_at.is_(None), InboxMessage.received_at < since
            )
        )
    )


_NOW = bindparam("now", type_=DateTime(timezone=True))
_CHAT = bindparam("chat", type_=BigInteger)
_DONE = bindparam("done_id", type_=BigInteger)
_LOCKED = (
    select(Conversation)
    .where(Conversation.id == _CHAT)
    .with_for_update(key_share=True, of=Conversation)
    .execution_options(populate_existing=True)
)
_WAITED_LONGEST = (
    select(Conversation.id)
    .join(InboxMessage, InboxMessage.conversation_id == Conversation.id)
    .where(_is_ready(_NOW), _free(_NOW))
    # A chat that has just had its turns waits from then on, not from its oldest message on.
    # greatest() ignores NULL.
    .order_by(
        func.greatest(InboxMessage.received_at, Conversation.turn_leased_until), InboxMessage.id
    )
    .limit(1)
    .with_for_update(key_share=True, of=Conversation, skip_locked=True)
    .cte("waited_longest")
)
_LEASE = (
    update(Conversation)
    .where(Conversation.id == select(_WAITED_LONGEST.c.id).scalar_subquery())
    .values(
        turn_lease=Conversation.turn_lease + 1,
        turn_leased_until=bindparam("until", type_=DateTime(timezone=True)),
    )
    .returning(Conversation.id, Conversation.turn_lease)
)
_RELEASE = update(Conversation).where(Conversation.id == _CHAT).values(turn_leased_until=None)
_READY = (
    select(InboxMessage.id)
    .where(
        InboxMessage.conversation_id == _CHAT,
        InboxMessage.id != _DONE,
        _is_ready(_NOW, besides=_DONE),
    )
    .order_by(InboxMessage.is_urgent.desc(), InboxMessage.sent_at, InboxMessage.id)
    .limit(1)
)
_COUNTED = (
    update(InboxMessage)
    .where(InboxMessage.id == _READY.scalar_subquery())
    .values(attempts=InboxMessage.attempts + 1)
    .returning(*InboxMessage.__table__.columns)
    .cte("counted")
)
_NEXT = select(aliased(InboxMessage, _COUNTED), _COUNTED.c.attempts)
_ANNOUNCE = select(func.pg_notify(WAKE_CHANNEL, TOPIC)).where(_READY.exists())
