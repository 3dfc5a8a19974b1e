"""Stores arriving messages in the inbox before the channel gets its acknowledgement.

A text in an existing chat takes two statements: one reads the state of the chat, the other stores
the message and wakes a worker.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from backend.attachments import file_jobs
from backend.conversations.service import SAID_TOPIC, conversation_for, note_words
from backend.database import WAKE_CHANNEL, wake
from backend.messaging import quota_log
from backend.messaging.held_messages import release_held
from backend.messaging.quota import QUOTAS
from backend.models.conversations import Conversation, Owner
from backend.models.messages import Delivery, InboxMessage, OutboxMessage
from backend.models.residents import ChannelAccount
from backend.residents.service import account_for
from backend.vocabulary.messages import Incoming
from nlu.dangers.emergency import detect
from nlu.language.text import normalise
from nlu.trained import danger_model

TOPIC = "inbox"
MOST_WAITING = 30  # unanswered messages of one chat, if the channel allows refusing more
MORE_IN_DANGER = 10  # additional messages accepted if they report a danger
MANY_WAITING = 5  # with so many unanswered messages, one that reports a danger goes first


@dataclass(frozen=True)
class Chat:
    """State of a chat before a message is stored in it."""

    account_id: int
    resident_id: int
    conversation_id: int
    is_blocked: bool  # the channel refused our messages
    has_held: bool  # messages are held in any chat of the resident
    waits_for_file: bool  # a message of this chat waits for its file
    owner: str
    waiting: int  # unanswered messages, counted up to MOST_WAITING + MORE_IN_DANGER


def receive(session: Session, incoming: Incoming, *, now: datetime) -> bool:
    """Store `incoming`. False if it was stored before: channels may deliver a message twice."""
    return keep(session, _chat_for(session, incoming, now), incoming, now=now)


def chat_of(session: Session, channel: str, external_id: str) -> Chat | None:
    """The chat of an account, or None if the account is unknown."""
    row = (
        session.connection()
        .execute(_CHAT, {"channel": channel, "external_id": external_id})
        .one_or_none()
    )
    return Chat(*row) if row else None


def has_room(session: Session, chat: Chat, incoming: Incoming) -> bool:
    """False if too many messages are unanswered and the sender should retry later.

    A message that is stored already is accepted, and so is a danger, up to a higher limit.
    """
    if chat.waiting < MOST_WAITING or _is_stored(session, incoming):
        return True
    return chat.waiting < MOST_WAITING + MORE_IN_DANGER and _reports_danger(incoming.text)


def keep(session: Session, chat: Chat, incoming: Incoming, *, now: datetime) -> bool:
    """Store `incoming` in `chat`. False if it was stored before."""
    may_be_urgent = chat.waits_for_file or chat.waiting >= MANY_WAITING
    is_urgent = may_be_urgent and _reports_danger(incoming.text)
    row = session.connection().execute(_KEEP, _row(chat, incoming, is_urgent, now)).one_or_none()
    if row is None:
        return False
    _note_contact(session, chat, incoming, now)
    if chat.owner != Owner.BOT:
        note_words(session, chat.conversation_id, now=now)
        wake(session, f"{SAID_TOPIC}:{chat.conversation_id}")
    if incoming.files:
        _begin_file_jobs(session, row.id, incoming, now)
    return True


def _chat_for(session: Session, incoming: Incoming, now: datetime) -> Chat:
    """The chat; created with its account and resident on the first contact."""
    chat = chat_of(session, incoming.channel, incoming.account)
    if chat:
        return chat
    account = account_for(
        session, incoming.channel, incoming.account, scene=incoming.scene, now=now
    )
    conversation_for(session, account, now=now)
    session.flush()
    chat = chat_of(session, incoming.channel, incoming.account)
    assert chat is not None
    return chat


def _row(chat: Chat, incoming: Incoming, is_urgent: bool, now: datetime) -> Mapping[str, Any]:
    return {
        "conversation_id": chat.conversation_id,
        "channel": incoming.channel,
        "external_id": incoming.external_id,
        "body": incoming.body(),
        "sent_at": incoming.sent_at,
        "received_at": now,
        "attempts": 0,
        "is_urgent": is_urgent,
        "topic": TOPIC,
    }


def _is_stored(session: Session, incoming: Incoming) -> bool:
    same = select(InboxMessage.id).where(
        InboxMessage.channel == incoming.channel, InboxMessage.external_id == incoming.external_id
    )
    return session.scalar(same) is not None


def _note_contact(session: Session, chat: Chat, incoming: Incoming, now: datetime) -> None:
    """The resident made contact: unblock the account, open a quota window, release held rows."""
    if chat.is_blocked:
        session.execute(
            update(ChannelAccount)
            .where(ChannelAccount.id == chat.account_id)
            .values(blocked_at=None)
        )
    has_quota = incoming.channel in QUOTAS
    if has_quota:
        account = session.get_one(ChannelAccount, chat.account_id)
        at = min(incoming.sent_at, now)
        quota_log.open_window(session, account, incoming.contact, at=at)
    # With a quota, push may have held a row before this transaction locked the account.
    if chat.has_held or chat.is_blocked or has_quota:
        release_held(session, chat.resident_id, chat.conversation_id)


def _begin_file_jobs(session: Session, inbox_id: int, incoming: Incoming, now: datetime) -> None:
    message = session.get_one(InboxMessage, inbox_id)
    file_jobs.begin(session, message, now=now)
    if message.waits_until is not None and not message.is_urgent:
        message.is_urgent = _reports_danger(incoming.text)


def _reports_danger(text: str | None) -> bool:
    """True if the text surely reports a danger; such a message waits for nothing."""
    danger = detect(normalise(text), danger_model()) if text else None
    return danger is not None and danger.is_certain


def _has_held() -> ColumnElement[bool]:
    own, chat = aliased(ChannelAccount), aliased(Conversation)
    return exists().where(
        own.resident_id == ChannelAccount.resident_id,
        chat.account_id == own.id,
        OutboxMessage.conversation_id == chat.id,
        OutboxMessage.status == Delivery.HELD,
    )


def _unanswered() -> ColumnElement[int]:
    newest = (
        select(InboxMessage.id)
        .where(InboxMessage.conversation_id == Conversation.id, InboxMessage.done_at.is_(None))
        .limit(MOST_WAITING + MORE_IN_DANGER)
        .correlate(Conversation)
        .subquery()
    )
    return select(func.count()).select_from(newest).scalar_subquery()


_CHAT = (
    select(
        ChannelAccount.id,
        ChannelAccount.resident_id,
        Conversation.id,
        ChannelAccount.blocked_at.is_not(None),
        _has_held(),
        exists().where(
            InboxMessage.conversation_id == Conversation.id,
            InboxMessage.done_at.is_(None),
            InboxMessage.waits_until.is_not(None),
        ),
        Conversation.owner,
        _unanswered(),
    )
    .join(Conversation, Conversation.account_id == ChannelAccount.id)
    .where(
        ChannelAccount.channel == bindparam("channel"),
        ChannelAccount.external_id == bindparam("external_id"),
    )
)
_KEEP = (
    insert(InboxMessage.__table__)  # type: ignore[arg-type]
    .on_conflict_do_nothing()
    # Wakes a worker at commit, unless the message was stored before.
    .returning(InboxMessage.id, func.pg_notify(WAKE_CHANNEL, bindparam("topic")))
)
