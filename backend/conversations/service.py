"""Conversations and their owner (bot, queue, staff); each change of owner is a compare-and-set."""

from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, contains_eager

from backend.database import wake
from backend.errors import Conflict, NotFound
from backend.models.conversations import Conversation, Owner
from backend.models.residents import ChannelAccount, Resident
from backend.vocabulary.queue_codes import QueueCode

NO_SUCH_CHAT = "没有这个会话，或者它不归您的单位"
DESK_TOPIC = "desk"  # of a change of owners, for staff who watch the queue
SAID_TOPIC = "said"  # `said:ID`: the resident wrote in a chat that the bot does not own
TYPING_TOPIC = "typing"  # `typing:ID`: the staff who have the chat write a reply
CHAT_TOPICS = frozenset({"chat", SAID_TOPIC})


def conversation_for(session: Session, account: ChannelAccount, *, now: datetime) -> Conversation:
    """The conversation of the account; created on the first contact."""
    own = {"account_id": account.id}
    conversation = session.scalar(_OF_ACCOUNT, own)
    if conversation:
        return conversation
    session.execute(_INSERT, {**own, **_INITIAL, "created_at": now})
    return session.scalars(_OF_ACCOUNT, own).one()


_OF_ACCOUNT = select(Conversation).where(Conversation.account_id == bindparam("account_id"))
_INITIAL = {"owner": Owner.BOT, "turn_lease": 0, "last_seq": 0}
# Two first messages may arrive at the same time.
_INSERT = insert(Conversation.__table__).on_conflict_do_nothing()  # type: ignore[arg-type]
_LOCKED = (
    select(Conversation)
    .where(Conversation.id == bindparam("conversation_id"))
    .with_for_update(key_share=True, of=Conversation)
    .execution_options(populate_existing=True)
)


def lock(session: Session, conversation: Conversation) -> None:
    """Lock the conversation until commit and read its row again."""
    locked(session, conversation.id)


def locked(session: Session, conversation_id: int) -> Conversation:
    """The conversation, its row locked until commit."""
    return session.scalars(_LOCKED, {"conversation_id": conversation_id}).one()


_CHATS = (
    select(Conversation)
    .join(Conversation.account)
    .options(contains_eager(Conversation.account))
    .where(ChannelAccount.resident_id == bindparam("resident_id"))
    .order_by(Conversation.id)
)


def chats_of(session: Session, resident_id: int) -> list[Conversation]:
    """The resident's chats, one for each of their accounts."""
    return list(session.scalars(_CHATS, {"resident_id": resident_id}))


def get(session: Session, conversation_id: int) -> Conversation:
    conversation = session.get(Conversation, conversation_id)
    if conversation is None:
        raise NotFound(NO_SUCH_CHAT)
    return conversation


def by_owner(owner: Owner | None) -> Select[Conversation]:
    """Query for conversations, longest waiting first; the queue is sorted by urgency first."""
    query = select(Conversation)
    if owner:
        query = query.where(Conversation.owner == owner)
    if owner is Owner.QUEUE:
        query = query.order_by(urgency())
    return query.order_by(Conversation.queued_at, Conversation.id)


def urgency() -> ColumnElement[int]:
    """0 for danger, 1 for elders and residents whose need for care may be noted, else 2."""
    cared_for = (
        select(Resident.id)
        .join(ChannelAccount, ChannelAccount.resident_id == Resident.id)
        .where(ChannelAccount.id == Conversation.account_id, _needs_care())
        .correlate(Conversation)
        .exists()
    )
    return case((is_alarm(), 0), (cared_for, 1), else_=2)


def _needs_care() -> ColumnElement[bool]:
    return or_(Resident.care_agreed_at.is_not(None), Resident.elder_mode.is_(True))


def is_alarm() -> ColumnElement[bool]:
    """SQL condition on a queued conversation: somebody is in danger."""
    return func.coalesce(Conversation.queue_code == QueueCode.EMERGENCY, False)


def ask_for_person(
    session: Session,
    conversation_id: int,
    reason: str,
    *,
    now: datetime,
    code: QueueCode = QueueCode.REQUEST,
) -> bool:
    """Put the conversation in the queue. False if it is owned by staff or queued already."""
    return _change(
        session,
        update(Conversation)
        .where(Conversation.id == conversation_id, Conversation.owner == Owner.BOT)
        .values(owner=Owner.QUEUE, queued_at=now, queue_reason=reason, queue_code=code),
    )


def raise_alarm(session: Session, conversation_id: int, reason: str, *, now: datetime) -> None:
    """Queue the conversation for a danger; a queued one keeps its waiting time."""
    _change(
        session,
        update(Conversation)
        .where(Conversation.id == conversation_id, Conversation.owner != Owner.STAFF)
        .values(
            owner=Owner.QUEUE,
            queued_at=func.coalesce(Conversation.queued_at, now),
            queue_reason=reason,
            queue_code=QueueCode.EMERGENCY,
        ),
    )


def end_alarm(session: Session, conversation_id: int, code: QueueCode) -> None:
    """A queued chat waits on for another reason; its waiting time stays."""
    _change(
        session,
        update(Conversation)
        .where(
            Conversation.id == conversation_id,
            Conversation.queue_code == QueueCode.EMERGENCY,
        )
        .values(queue_code=code, queue_reason=None),
    )


def claim(session: Session, conversation_id: int, staff_id: int, *, now: datetime) -> None:
    """Take the conversation from the bot or the queue. Raises Conflict if a colleague owns it."""
    get(session, conversation_id)
    is_claimed = _change(
        session,
        update(Conversation)
        .where(
            Conversation.id == conversation_id,
            (Conversation.owner != Owner.STAFF) | (Conversation.staff_id == staff_id),
        )
        .values(
            owner=Owner.STAFF,
            staff_id=staff_id,
            unanswered_since=func.coalesce(Conversation.unanswered_since, now),
        ),
    )
    if not is_claimed:
        raise Conflict("这个会话已经有同事接了")


def take_over(
    session: Session, conversation: Conversation, staff_id: int, *, now: datetime
) -> None:
    """Give a colleague's chat to other staff. Raises Conflict when nobody else has it now."""
    is_changed = _change(
        session,
        update(Conversation)
        .where(
            Conversation.id == conversation.id,
            Conversation.owner == Owner.STAFF,
            Conversation.staff_id == conversation.staff_id,
            Conversation.staff_id != staff_id,
        )
        .values(staff_id=staff_id, unanswered_since=now),
    )
    if not is_changed:
        raise Conflict("这个会话刚刚换了人，请刷新看看")
    session.refresh(conversation)


def back_to_queue(
    session: Session,
    conversation: Conversation,
    code: QueueCode,
    reason: str,
    *,
    since: datetime,
    unit: str | None = None,
) -> None:
    """Put a locked chat of staff into the queue, of `unit` if one is named."""
    _change(
        session,
        update(Conversation)
        .where(Conversation.id == conversation.id, Conversation.owner == Owner.STAFF)
        .values(
            owner=Owner.QUEUE, staff_id=None, unanswered_since=None,
            queued_at=since, queue_code=code, queue_reason=reason, queue_unit=unit,
        ),
    )  # fmt: skip
    session.refresh(conversation)


def note_words(session: Session, conversation_id: int, *, now: datetime) -> None:
    """The resident wrote: the staff who have the chat owe an answer, if they owed none before."""
    session.execute(
        update(Conversation)
        .where(
            Conversation.id == conversation_id,
            Conversation.owner == Owner.STAFF,
            Conversation.unanswered_since.is_(None),
        )
        .values(unanswered_since=now)
    )


def note_answer(conversation: Conversation) -> None:
    """The staff who have the locked chat answered."""
    conversation.unanswered_since = None


def require_owner(session: Session, conversation_id: int, staff_id: int) -> Conversation:
    """The conversation, locked. Raises Conflict if this staff account does not own it."""
    conversation = get(session, conversation_id)
    lock(session, conversation)
    if conversation.owner != Owner.STAFF or conversation.staff_id != staff_id:
        raise Conflict("请先接起这个会话")
    return conversation


def release(session: Session, conversation_id: int, staff_id: int) -> Conversation:
    """Return the conversation to the bot, which continues from the stored state."""
    conversation = require_owner(session, conversation_id, staff_id)
    _back_to_bot(session, conversation_id, Owner.STAFF)
    session.refresh(conversation)
    return conversation


def leave_queue(session: Session, conversation_id: int) -> bool:
    """The resident cancels the waiting. False if staff have just claimed the conversation."""
    return _back_to_bot(session, conversation_id, Owner.QUEUE)


def _back_to_bot(session: Session, conversation_id: int, owner: Owner) -> bool:
    return _change(
        session,
        update(Conversation)
        .where(Conversation.id == conversation_id, Conversation.owner == owner)
        .values(
            owner=Owner.BOT,
            staff_id=None,
            unanswered_since=None,
            queued_at=None,
            queue_reason=None,
            queue_code=None,
            queue_unit=None,
        ),
    )


def place_in_queue(session: Session, conversation: Conversation) -> int:
    """Place in the queue; 1 is served next."""
    own = session.scalar(select(urgency()).where(Conversation.id == conversation.id))
    before = or_(
        urgency() < own, and_(urgency() == own, Conversation.queued_at < conversation.queued_at)
    )
    ahead = session.scalar(
        select(func.count())
        .select_from(Conversation)
        .where(Conversation.owner == Owner.QUEUE, before)
    )
    return (ahead or 0) + 1


def _change(session: Session, statement: object) -> bool:
    result = session.execute(statement)  # type: ignore[call-overload]
    assert isinstance(result, CursorResult)
    if result.rowcount:
        wake(session, DESK_TOPIC)
    return bool(result.rowcount)
