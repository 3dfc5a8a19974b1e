"""The outbox: messages to residents, written in the transaction of the facts they report.

`bot.workers.push` claims due rows and sends each once.
"""

import secrets
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    and_,
    bindparam,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.database import WAKE_CHANNEL, wake
from backend.messaging.chat_choice import FETCHING_CHANNELS
from backend.messaging.chat_choice import WEB as WEB  # imported from here by the web chat
from backend.messaging.numbered_choices import with_numbers
from backend.messaging.quota import WECHAT
from backend.models.cases import Case
from backend.models.conversations import Conversation
from backend.models.messages import Delivery, OutboxMessage, Source
from backend.quiet_hours import after_quiet_hours
from backend.settings import settings
from backend.vocabulary.messages import Button
from backend.vocabulary.texts import Text

TOPIC = "outbox"
# Channels where a reply may be returned in the response to the request: see passive_replies.
PASSIVE_CHANNELS = frozenset({WECHAT})
REQUEST_WAITS = timedelta(seconds=4.5)
# Push starts after this time even if the request crashed without releasing the reply.
PUSH_WAITS = REQUEST_WAITS + timedelta(seconds=0.5)
LEASE = timedelta(seconds=60)  # longer than the slowest send
LONGEST_WAIT = timedelta(hours=1)

# Compiled once: building these statements takes longer than executing them.
_INSERT = (
    insert(OutboxMessage.__table__)  # type: ignore[arg-type]
    .on_conflict_do_nothing()
    # Wakes the waiting worker or request at commit, unless the row existed before.
    .returning(func.pg_notify(WAKE_CHANNEL, bindparam("topic")))
)
# The row lock of the counter is held until commit, so sequence numbers become visible in order:
# a reader who has seen 11 never gets a 10 later. A row that existed already leaves a gap.
_NEXT_SEQ = text(
    "UPDATE conversations SET last_seq = last_seq + 1 WHERE id = :chat RETURNING last_seq"
).columns(last_seq=BigInteger)
_INSERT_SENT = _INSERT.values(seq=select(_NEXT_SEQ.cte("next_seq")).scalar_subquery())


def reply(
    session: Session,
    conversation: Conversation,
    text: Text,
    *,
    now: datetime,
    source: Source = Source.BOT,
    buttons: Sequence[Button] = (),
    dedupe_key: str | None = None,
    due_at: datetime | None = None,
    case: Case | None = None,
) -> None:
    """Answer a resident who is in the chat: at once, at any hour. `case` is the case concerned."""
    due, case_id, case_no = due_at or now, case.id if case else None, case.case_no if case else None
    _put(
        session, conversation, text, source=source, buttons=buttons, now=now, due_at=due,
        case_id=case_id, case_no=case_no, dedupe_key=dedupe_key,
    )  # fmt: skip


def push(
    session: Session,
    conversation: Conversation,
    text: Text,
    *,
    now: datetime,
    case_id: int,
    case_no: str,
    dedupe_key: str,
    buttons: Sequence[Button] = (),
    is_reply: bool = False,
    source: Source = Source.SYSTEM,
) -> datetime:
    """Notify a resident of a case update, once for each `dedupe_key`; when it is due.

    The message waits until the quiet hours end (22:00-07:00 by default). With `is_reply` it
    answers the resident's own message and is sent at any hour.
    """
    due = after_quiet_hours(now, settings().quiet_hours)
    if is_reply:
        is_passive = conversation.account.channel in PASSIVE_CHANNELS
        due = now + PUSH_WAITS if is_passive else now
    _put(
        session, conversation, text, source=source, buttons=buttons, now=now, due_at=due,
        case_id=case_id, case_no=case_no, dedupe_key=dedupe_key,
    )  # fmt: skip
    return due


def _put(
    session: Session,
    conversation: Conversation,
    text: Text,
    *,
    source: Source,
    buttons: Sequence[Button],
    now: datetime,
    due_at: datetime,
    case_id: int | None,
    case_no: str | None,
    dedupe_key: str | None,
) -> None:
    blocked = conversation.account.blocked_at
    elder_mode = conversation.account.resident.elder_mode
    wording = text.worded(elder_mode=elder_mode)
    if elder_mode and source is not Source.STAFF:
        wording = with_numbers(wording, [button.title for button in buttons])
    is_on_page = conversation.account.channel in FETCHING_CHANNELS and not blocked
    is_fetched = is_on_page and due_at <= now
    status = Delivery.HELD if blocked else Delivery.PENDING
    topic = f"chat:{conversation.id}" if is_fetched else TOPIC
    session.connection().execute(
        _INSERT_SENT if is_fetched else _INSERT,
        {
            "chat": conversation.id,
            "conversation_id": conversation.id,
            "case_id": case_id,
            "case_no": case_no,
            "source": source,
            "text": wording,
            "buttons": [asdict(button) for button in buttons],
            "dedupe_key": dedupe_key,
            "status": Delivery.SENT if is_fetched else status,
            "sent_at": now if is_fetched else None,
            "held_at": now if blocked else None,
            "due_at": due_at,
            "created_at": now,
            "attempts": 0,
            "parts_sent": 0,
            "topic": topic,
        },
    )


def mark_sent(session: Session, row_id: int, conversation_id: int, *, now: datetime) -> None:
    """Mark the message as sent, with the chat's next sequence number."""
    seq = session.scalars(_NEXT_SEQ, {"chat": conversation_id}).one()
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == row_id)
        .values(status=Delivery.SENT, seq=seq, sent_at=now, problem=None)
    )
    wake(session, f"chat:{conversation_id}")


def claim(session: Session, *, now: datetime) -> OutboxMessage | None:
    """Lease the conversation with the oldest due message and return its first message.

    The lease is committed before the attempt, so a message whose sender dies is tried again.
    """
    conversation_id = session.scalar(
        select(Conversation.id)
        .join(OutboxMessage, OutboxMessage.conversation_id == Conversation.id)
        .where(_due(now), _not_held(now))
        .order_by(OutboxMessage.due_at)
        .limit(1)
        .with_for_update(key_share=True, of=Conversation, skip_locked=True)
    )
    if conversation_id is None:
        return None
    message = session.scalar(
        select(OutboxMessage)
        .where(OutboxMessage.conversation_id == conversation_id, _due(now))
        .order_by(OutboxMessage.id)
        .limit(1)
    )
    # None if another sender has just sent it; then the conversation must not stay leased.
    if message is not None:
        hold_conversation(session, conversation_id, until=now + LEASE)
    return message


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(OutboxMessage.status == Delivery.PENDING, OutboxMessage.due_at <= now)


def _not_held(now: datetime) -> ColumnElement[bool]:
    return or_(Conversation.push_leased_until.is_(None), Conversation.push_leased_until <= now)


def hold_conversation(session: Session, conversation_id: int, *, until: datetime | None) -> None:
    """Send nothing more to this conversation before `until`."""
    session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(push_leased_until=until)
    )


def hold_if_idle(session: Session, conversation_id: int, *, now: datetime, until: datetime) -> bool:
    """Like `hold_conversation`; False, without effect, if a sender has leased it."""
    updated = session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id, _not_held(now))
        .values(push_leased_until=until)
    )
    return bool(updated.rowcount)  # type: ignore[attr-defined]


def backoff(attempts: int) -> timedelta:
    """Pause before the next attempt: doubled after each failure, an hour at most."""
    return min(timedelta(seconds=2 ** min(attempts, 12)), LONGEST_WAIT)


def jittered(pause: timedelta) -> timedelta:
    """Between half the pause and all of it: after an outage not all are tried at one moment."""
    return pause * (500 + secrets.randbelow(501)) / 1000


def waiting(session: Session, conversation_id: int, *, now: datetime) -> list[OutboxMessage]:
    """The due and the held messages of this chat, oldest first."""
    return list(
        session.scalars(
            select(OutboxMessage)
            .where(
                OutboxMessage.conversation_id == conversation_id,
                or_(_due(now), OutboxMessage.status == Delivery.HELD),
            )
            .order_by(OutboxMessage.id)
        )
    )
