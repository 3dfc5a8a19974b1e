"""The inbox: claims residents' messages, one at a time per conversation, in order."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    BindParameter,
    ColumnElement,
    DateTime,
    Row,
    Select,
    String,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session, aliased, contains_eager
from sqlalchemy.orm.attributes import set_committed_value

from backend.database import WAKE_CHANNEL
from backend.messaging.intake import TOPIC as TOPIC
from backend.messaging.intake import receive as receive
from backend.models.conversations import Conversation
from backend.models.messages import InboxMessage

# Longer than any turn: a worker that has not finished by then is considered dead.
LEASE = timedelta(seconds=15)
# After so many turns the lease is released, so that busy chats do not block the others.
MOST_IN_A_ROW = 3
# So much later than another chat's message it then comes, as if it had waited less.
BUSY_WAITS = timedelta(seconds=10)
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
    row = session.execute(_TAKE, _times(now), execution_options=_ANEW).one_or_none()
    if row is None:
        return None
    lease = Lease(row.chat, row.turn_lease)
    # None when another worker has just answered the message that the statement saw.
    message = _message_in(row) or _next_of(session, lease, now)
    if message is None:
        session.connection().execute(_RELEASE, {"chat": lease.conversation_id})
    return ClaimedMessage(lease, message) if message else None


def finish(
    session: Session,
    claimed: ClaimedMessage,
    *,
    handled_by: str,
    now: datetime,
    gives_way: bool = False,
) -> ClaimedMessage | None:
    """Mark the message as done and claim the conversation's next one, unless the chat gives way.

    Only after `holds_lease` in the same transaction. The state that the caller has given the
    conversation is written by the same statement.
    """
    if gives_way or claimed.in_a_row >= MOST_IN_A_ROW:
        waits = _announce_others(session, claimed, handled_by, now)
        claimed.message.conversation.turn_leased_until = now - JUST_NOW if waits else None
        return None
    following = _message_after(session, claimed, handled_by, now)
    return ClaimedMessage(claimed.lease, following, claimed.in_a_row + 1) if following else None


def _announce_others(
    session: Session, claimed: ClaimedMessage, handled_by: str, now: datetime
) -> bool:
    """Call the message done, and wake a worker for what else waits in its conversation, if any."""
    parameters = _done_values(claimed, handled_by, now)
    return session.connection().execute(_ANNOUNCE, parameters).one_or_none() is not None


def _message_after(
    session: Session, claimed: ClaimedMessage, handled_by: str, now: datetime
) -> InboxMessage | None:
    """Call the message done; the next one that is ready, its attempt counted."""
    chat = claimed.message.conversation
    parameters = {**_done_values(claimed, handled_by, now), "state": chat.state}
    row = session.connection().execute(_GO_ON, parameters).one_or_none()
    set_committed_value(chat, "state", chat.state)
    set_committed_value(chat, "turn_leased_until", now + LEASE if row else None)
    if row is None:
        return None
    with session.no_autoflush:
        following = session.get_one(InboxMessage, row.id)
    set_committed_value(following, "attempts", row.attempts)  # it may have been loaded before
    return following


def _next_of(session: Session, lease: Lease, now: datetime) -> InboxMessage | None:
    """The next message that is ready, its attempt counted, as the database has it by now."""
    parameters = {**_times(now), "chat": lease.conversation_id}
    row = session.execute(_NEXT, parameters, execution_options=_ANEW).one_or_none()
    return _message_in(row) if row else None


def _message_in(row: Row[Any]) -> InboxMessage | None:
    message: InboxMessage | None = row[0]
    if message is not None:
        set_committed_value(message, "attempts", row.attempts)  # it may have been loaded before
    return message


def _times(now: datetime) -> dict[str, datetime]:
    return {"now": now, "until": now + LEASE}


def _done_values(claimed: ClaimedMessage, handled_by: str, now: datetime) -> dict[str, Any]:
    chat, message_id = claimed.lease.conversation_id, claimed.message.id
    return {**_times(now), "chat": chat, "done_id": message_id, "by": handled_by}


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
_UNTIL = bindparam("until", type_=DateTime(timezone=True))
_CHAT = bindparam("chat", type_=BigInteger)
_ANEW = {"populate_existing": True}
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
        func.greatest(InboxMessage.received_at, Conversation.turn_leased_until + BUSY_WAITS),
        InboxMessage.id,
    )
    .limit(1)
    .with_for_update(key_share=True, of=Conversation, skip_locked=True)
    .cte("waited_longest")
)
_LEASED = (
    update(Conversation)
    .where(Conversation.id == select(_WAITED_LONGEST.c.id).scalar_subquery())
    .values(
        turn_lease=Conversation.turn_lease + 1,
        turn_leased_until=_UNTIL,
    )
    .returning(*Conversation.__table__.columns)
    .cte("leased")
)
_RELEASE = update(Conversation).where(Conversation.id == _CHAT).values(turn_leased_until=None)


def _ready(chat: ColumnElement[int], besides: BindParameter[int] | None = None) -> Select[int]:
    """The next message of a chat; `besides` is one that the same statement calls done."""
    ready = (
        select(InboxMessage.id)
        .where(InboxMessage.conversation_id == chat, _is_ready(_NOW, besides))
        .order_by(InboxMessage.is_urgent.desc(), InboxMessage.sent_at, InboxMessage.id)
        .limit(1)
    )
    return ready if besides is None else ready.where(InboxMessage.id != besides)


def _count_attempt(ready: Select[int]) -> CTE:
    """Count the attempt, unless another worker answers the message at this moment."""
    return (
        update(InboxMessage)
        .where(InboxMessage.id == ready.scalar_subquery(), InboxMessage.done_at.is_(None))
        .values(attempts=InboxMessage.attempts + 1)
        .returning(*InboxMessage.__table__.columns)
        .cte("counted")
    )


def _take() -> Select[Any]:
    """The lease and the message; the conversation as it is once it is locked."""
    counted_message = _count_attempt(_ready(select(_LEASED.c.id).scalar_subquery()))
    message, chat = aliased(InboxMessage, counted_message), aliased(Conversation, _LEASED)
    return (
        select(message, counted_message.c.attempts, chat.id.label("chat"), chat.turn_lease)
        .select_from(chat)
        .outerjoin(message, message.conversation_id == chat.id)
        .options(contains_eager(message.conversation.of_type(chat)))
    )


_TAKE = _take()
_COUNTED = _count_attempt(_ready(_CHAT))
_NEXT = select(aliased(InboxMessage, _COUNTED), _COUNTED.c.attempts)
_CALLED_DONE = (
    update(InboxMessage)
    .where(InboxMessage.id == _DONE)
    .values(done_at=_NOW, handled_by=bindparam("by", type_=String))
    .cte("called_done")
)
_FOLLOWING = _count_attempt(_ready(_CHAT, _DONE))
_CONTENT = (
    update(Conversation)
    .where(Conversation.id == _CHAT)
    .values(
        turn_leased_until=case((select(_FOLLOWING.c.id).exists(), _UNTIL)),
        state=bindparam("state", type_=Conversation.state.type),
    )
    .cte("kept")
)
_GO_ON = select(_FOLLOWING.c.id, _FOLLOWING.c.attempts).add_cte(_CALLED_DONE, _CONTENT)
_ANNOUNCE = (
    select(func.pg_notify(WAKE_CHANNEL, TOPIC))
    .where(_ready(_CHAT, _DONE).exists())
    .add_cte(_CALLED_DONE)
)
