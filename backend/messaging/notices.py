"""Notices that something waits, given where nothing else may be said; and what became of them.

What a notice announces is held until the next contact, so that one that does not arrive loses
nothing. But the resident does not know that something waits: so another is given later, unless
they want none, and staff are shown that they have not been told.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from backend.database import wake
from backend.messaging.outbox import TOPIC, UNTIL_CONTACT
from backend.models.conversations import Conversation
from backend.models.messages import Delivery, NoticeGiven, OutboxMessage
from backend.models.residents import ChannelAccount
from backend.quiet_hours import after_quiet_hours
from backend.settings import settings

MOST_IN_A_DAY = 3  # that did not arrive; then only new progress gives another
FIRST_PAUSE = timedelta(minutes=5)
REMEMBERED = timedelta(days=7)  # whatever was never reported
NOT_WANTED = "对方不收微信通知。急的话请打电话，不然等对方下次联系"
NOT_ARRIVED = "微信通知没有送到。急的话请打电话，不然等对方下次联系"


def begin(session: Session, chat: Conversation, *, now: datetime) -> int:
    """Before it is given: what the service says of it may come before its answer does."""
    notice = NoticeGiven(conversation=chat, given_at=now)
    session.add(notice)
    session.flush()
    return notice.id


def given(session: Session, notice_id: int, number: str | None) -> None:
    """The service has taken it."""
    notice = session.get(NoticeGiven, notice_id)
    if notice is not None:
        notice.number = number


def failed(session: Session, notice_id: int, *, wanted: bool, now: datetime) -> None:
    """The service has not taken it."""
    notice = session.get(NoticeGiven, notice_id)
    if notice is not None:
        _not_told(session, notice, wanted=wanted, now=now)


def report(
    session: Session,
    account: ChannelAccount,
    number: str,
    *,
    arrived: bool,
    wanted: bool,
    now: datetime,
) -> None:
    """The service says what became of it, perhaps once more, or of one that is long forgotten."""
    notice = _find(session, account, number)
    if notice is None:
        return
    if arrived:
        session.delete(notice)
        for row in _held(session, notice.conversation_id):
            row.problem = UNTIL_CONTACT
    else:
        _not_told(session, notice, wanted=wanted, now=now)


def _find(session: Session, account: ChannelAccount, number: str) -> NoticeGiven | None:
    """By its number, or else the newest without one: not every notice has been given any."""
    notice = session.scalar(
        select(NoticeGiven)
        .join(Conversation, Conversation.id == NoticeGiven.conversation_id)
        .where(
            Conversation.account_id == account.id,
            or_(NoticeGiven.number == number, NoticeGiven.number.is_(None)),
        )
        .order_by(NoticeGiven.number.is_(None), NoticeGiven.id.desc())
        .limit(1)
        .with_for_update(key_share=True, of=NoticeGiven)
    )
    return notice if notice and notice.problem is None else None


def _not_told(session: Session, notice: NoticeGiven, *, wanted: bool, now: datetime) -> None:
    notice.problem = NOT_ARRIVED if wanted else NOT_WANTED
    for row in _held(session, notice.conversation_id):
        row.problem = notice.problem
    failures = _failures(session, notice.conversation_id, since=now - timedelta(days=1))
    if wanted and failures < MOST_IN_A_DAY:
        pause = FIRST_PAUSE * 4 ** (failures - 1)
        notice.again_at = after_quiet_hours(now + pause, settings().quiet_hours)


def _held(session: Session, conversation_id: int) -> list[OutboxMessage]:
    """The progress that waits in this chat, newest first."""
    return list(
        session.scalars(
            select(OutboxMessage)
            .where(
                OutboxMessage.conversation_id == conversation_id,
                OutboxMessage.status == Delivery.HELD,
                OutboxMessage.case_id.is_not(None),
            )
            .order_by(OutboxMessage.id.desc())
        )
    )


def _failures(session: Session, conversation_id: int, *, since: datetime) -> int:
    failures = select(func.count()).where(
        NoticeGiven.conversation_id == conversation_id,
        NoticeGiven.problem.is_not(None),
        NoticeGiven.given_at > since,
    )
    return session.scalar(failures) or 0


def give_again(session: Session, now: datetime, most: int) -> int:
    """For progress that still waits, where a notice did not arrive; returns how many were due.

    It is owed once more: when push finds again that it cannot be sent, it gives another notice.
    """
    session.execute(delete(NoticeGiven).where(NoticeGiven.given_at < now - REMEMBERED))
    due = session.scalars(
        select(NoticeGiven)
        .where(NoticeGiven.again_at <= now)
        .limit(most)
        .with_for_update(key_share=True, skip_locked=True)
    ).all()
    for notice in due:
        notice.again_at = None
        for row in _held(session, notice.conversation_id)[:1]:
            row.status = Delivery.PENDING
            wake(session, TOPIC)
    return len(due)
