"""What we owe residents: written with the facts it tells, sent by `bot.workers.push`, once."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from backend.database import WAKE_CHANNEL, wake
from backend.messaging.chat_choice import FETCHING_CHANNELS, elsewhere
from backend.messaging.chat_choice import WEB as WEB  # the web chat's own files ask for it here
from backend.messaging.elder_wording import for_elders
from backend.messaging.numbered_choices import with_numbers
from backend.messaging.quota import WECHAT
from backend.models.cases import Case
from backend.models.conversations import Conversation
from backend.models.messages import Delivery, InboxMessage, OutboxMessage, Source
from backend.models.residents import ChannelAccount
from backend.quiet_hours import after_quiet_hours
from backend.settings import settings
from backend.vocabulary.messages import Button

TOPIC = "outbox"
BLOCKED = "对方已停用或拉黑"  # why a message is held, for staff
UNTIL_CONTACT = "等对方下次联系时再发"
# Here what answers a resident may go back with the request that they made: see passive_replies.
PASSIVE_CHANNELS = frozenset({WECHAT})
REQUEST_WAITS = timedelta(seconds=4.5)
# A request that has died cannot say so: then push begins by itself.
PUSH_WAITS = REQUEST_WAITS + timedelta(seconds=0.5)
LEASE = timedelta(seconds=60)  # longer than the slowest send
LONGEST_WAIT = timedelta(hours=1)

# Made once: each step of a case does both, and to put them together takes longer than to do them.
_OWED = (
    insert(OutboxMessage.__table__)  # type: ignore[arg-type]
    .on_conflict_do_nothing()
    # Whoever waits for it is woken when this commits, unless it was there before.
    .returning(func.pg_notify(WAKE_CHANNEL, bindparam("topic")))
)
# The counter's row lock is held until commit, so that places appear in order: a reader who has
# seen 11 will never be shown a 10 later. A message that was there already leaves a gap.
_PLACE = text(
    "UPDATE conversations SET last_seq = last_seq + 1 WHERE id = :chat RETURNING last_seq"
).columns(last_seq=BigInteger)
_SHOWN = _OWED.values(seq=select(_PLACE.cte("place")).scalar_subquery())


def reply(
    session: Session,
    conversation: Conversation,
    text: str,
    *,
    now: datetime,
    source: Source = Source.BOT,
    buttons: Sequence[Button] = (),
    dedupe_key: str | None = None,
    due_at: datetime | None = None,
    case: Case | None = None,
) -> None:
    """Answer a resident who is there: at once, at any hour. `case` is the one that it is about."""
    due, case_id, case_no = due_at or now, case.id if case else None, case.case_no if case else None
    _put(session, conversation, text, source, buttons, now, due, case_id, case_no, dedupe_key)


def push(
    session: Session,
    conversation: Conversation,
    text: str,
    *,
    now: datetime,
    case_id: int,
    case_no: str,
    dedupe_key: str,
    buttons: Sequence[Button] = (),
    is_reply: bool = False,
) -> None:
    """Tell a resident of progress, once for each `dedupe_key`.

    It waits out the quiet hours (22:00-07:00 unless the city has set others), but for what
    answers a message of theirs.
    """
    due = after_quiet_hours(now, settings().quiet_hours)
    if is_reply:
        waits = conversation.account.channel in PASSIVE_CHANNELS
        due = now + PUSH_WAITS if waits else now
    _put(
        session, conversation, text, Source.SYSTEM, buttons, now, due, case_id, case_no, dedupe_key
    )


def _put(
    session: Session,
    conversation: Conversation,
    text: str,
    source: Source,
    buttons: Sequence[Button],
    now: datetime,
    due_at: datetime,
    case_id: int | None,
    case_no: str | None,
    dedupe_key: str | None,
) -> None:
    blocked = conversation.account.blocked_at
    if conversation.account.resident.elder_mode and source is not Source.STAFF:
        text = with_numbers(for_elders(text), [button.title for button in buttons])
    fetched = conversation.account.channel in FETCHING_CHANNELS and due_at <= now
    status = Delivery.HELD if blocked else Delivery.PENDING
    topic = f"chat:{conversation.id}" if fetched else TOPIC
    session.connection().execute(
        _SHOWN if fetched else _OWED,
        {
            "chat": conversation.id,
            "conversation_id": conversation.id,
            "case_id": case_id,
            "case_no": case_no,
            "source": source,
            "text": text,
            "buttons": [asdict(button) for button in buttons],
            "dedupe_key": dedupe_key,
            "status": Delivery.SENT if fetched else status,
            "sent_at": now if fetched else None,
            "held_at": now if blocked else None,
            "due_at": due_at,
            "created_at": now,
            "attempts": 0,
            "parts_sent": 0,
            "topic": topic,
        },
    )


def mark_sent(session: Session, row_id: int, conversation_id: int, *, now: datetime) -> None:
    """Give the message its place in the chat."""
    seq = session.scalars(_PLACE, {"chat": conversation_id}).one()
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == row_id)
        .values(status=Delivery.SENT, seq=seq, sent_at=now, problem=None)
    )
    wake(session, f"chat:{conversation_id}")


def claim(session: Session, *, now: datetime) -> OutboxMessage | None:
    """The oldest due message of a conversation that nobody is sending to, leased.

    The lease comes before the attempt: when the sender dies, the message is tried again.
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
    # None when another sender has just sent it; then nothing may hold up the next message.
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


def keep_free(session: Session, conversation_id: int, *, now: datetime, until: datetime) -> bool:
    """Like `hold_conversation`, unless somebody is sending to it: then False."""
    held = session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id, _not_held(now))
        .values(push_leased_until=until)
    )
    return bool(held.rowcount)  # type: ignore[attr-defined]


def backoff(attempts: int) -> timedelta:
    """Twice as long after each failure, an hour at most."""
    return min(timedelta(seconds=2 ** min(attempts, 12)), LONGEST_WAIT)


def waiting(session: Session, conversation_id: int, *, now: datetime) -> list[OutboxMessage]:
    """All that is owed in this chat and may be told by now, oldest first; held ones too."""
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


def hold(
    session: Session,
    chat: Conversation,
    rows: Sequence[OutboxMessage],
    *,
    now: datetime,
    problem: str,
) -> list[OutboxMessage]:
    """Keep `rows` until the resident makes contact; those that could not be told elsewhere."""
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
    """To another chat, where it is told whole: that one has heard no part of it."""
    row.conversation_id, row.parts_sent, row.status = chat.id, 0, Delivery.PENDING
    wake(session, TOPIC)


def bring_home(session: Session, resident_ids: Sequence[int]) -> None:
    """What is owed of a case to somebody it no longer belongs to is told where it was lodged."""
    astray = (
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
    for row in session.scalars(astray).all():
        home = session.scalars(select(Case.conversation_id).where(Case.id == row.case_id)).one()
        _move(session, row, session.get_one(Conversation, home))


def hold_all(session: Session, account: ChannelAccount, *, now: datetime) -> None:
    """The channel refuses this resident: keep everything until they write again."""
    account.blocked_at = now
    chat = session.scalar(select(Conversation).where(Conversation.account_id == account.id))
    if chat is None:
        return
    pending = session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.conversation_id == chat.id, OutboxMessage.status == Delivery.PENDING)
        .order_by(OutboxMessage.id)
        .with_for_update(key_share=True)  # one that is just being sent is owed no more
    )
    hold(session, chat, pending.all(), now=now, problem=BLOCKED)


def let_go_of_held(session: Session, resident_id: int, conversation_id: int) -> None:
    """They made contact: what could not be delivered on any of their channels goes out here."""
    conversations = (
        select(Conversation.id)
        .join(ChannelAccount, ChannelAccount.id == Conversation.account_id)
        .where(ChannelAccount.resident_id == resident_id)
    )
    is_here = OutboxMessage.conversation_id == conversation_id
    freed = session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.status == Delivery.HELD, OutboxMessage.conversation_id.in_(conversations)
        )
        .values(
            status=Delivery.PENDING,
            conversation_id=conversation_id,
            # Elsewhere it is told whole: its parts are cut as that channel needs them.
            parts_sent=case((is_here, OutboxMessage.parts_sent), else_=0),
        )
    )
    if freed.rowcount:  # type: ignore[attr-defined]
        wake(session, TOPIC)


def sent_after(session: Session, conversation_id: int, seq: int) -> list[OutboxMessage]:
    return list(
        session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.conversation_id == conversation_id, OutboxMessage.seq > seq)
            .order_by(OutboxMessage.seq)
        )
    )


def pressed_button(
    session: Session, conversation_id: int, outbox_id: int, index: int
) -> tuple[Button, bool] | None:
    """The button and whether it is still current; None when this chat never had it.

    A button is current while no later message of the conversation carries buttons; one
    that names a case (a rating prompt) is checked by its action instead.
    """
    asked = {"chat": conversation_id, "outbox_id": outbox_id}
    row = session.connection().execute(_BUTTONS, asked).one_or_none()
    if row is None or index >= len(row.buttons):
        return None
    return Button(**row.buttons[index]), row.case_id is not None or not row.is_past


_NEWER = aliased(OutboxMessage)
_BUTTONS = select(
    OutboxMessage.buttons,
    OutboxMessage.case_id,
    exists()
    .where(
        _NEWER.conversation_id == OutboxMessage.conversation_id,
        _NEWER.id > OutboxMessage.id,
        func.jsonb_array_length(_NEWER.buttons) > 0,
    )
    .label("is_past"),
).where(
    OutboxMessage.id == bindparam("outbox_id"),
    OutboxMessage.conversation_id == bindparam("chat"),
)


def last_reply(session: Session, conversation_id: int) -> OutboxMessage | None:
    """The bot's newest answer in this chat."""
    return session.scalar(
        select(OutboxMessage)
        .where(OutboxMessage.conversation_id == conversation_id, OutboxMessage.source == Source.BOT)
        .order_by(OutboxMessage.id.desc())
        .limit(1)
    )


def has_told(session: Session, conversation_id: int, words: str, *, since: datetime) -> bool:
    """Whether the bot has said `words` in this chat, whole or within more."""
    told = select(OutboxMessage.id).where(
        OutboxMessage.conversation_id == conversation_id,
        OutboxMessage.source == Source.BOT,
        OutboxMessage.created_at >= since,
        OutboxMessage.text.contains(words, autoescape=True),
    )
    return session.scalar(told.limit(1)) is not None


def transcript(
    session: Session, conversation_id: int, *, most: int = 100
) -> list[InboxMessage | OutboxMessage]:
    """The newest `most` messages of both sides, oldest first."""
    said = session.scalars(
        select(InboxMessage)
        .where(InboxMessage.conversation_id == conversation_id)
        .order_by(InboxMessage.id.desc())
        .limit(most)
    )
    told = session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.conversation_id == conversation_id)
        .order_by(OutboxMessage.id.desc())
        .limit(most)
    )
    both: list[InboxMessage | OutboxMessage] = [*said, *told]
    both.sort(key=lambda m: (m.received_at if isinstance(m, InboxMessage) else m.created_at, m.id))
    return both[-most:]
