"""Template notices: sent when the quota is spent, to announce that updates are held.

The announced updates stay held until the resident's next contact. If a notice does not arrive,
another is sent later, unless the resident refuses notices; staff see that the resident has not
been notified.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from backend.database import wake
from backend.messaging.held_messages import UNTIL_CONTACT
from backend.messaging.outbox import TOPIC
from backend.models.conversations import Conversation
from backend.models.messages import Delivery, NoticeGiven, OutboxMessage
from backend.models.residents import ChannelAccount
from backend.quiet_hours import after_quiet_hours
from backend.settings import settings

MOST_IN_A_DAY = 3  # failed notices per day; after that only a new update sends another
FIRST_PAUSE = timedelta(minutes=5)  # before a retry; four times as long after each failure
REMEMBERED = timedelta(days=7)  # notices without a delivery report are deleted after this time
NOT_WANTED = "对方不收微信通知。急的话请打电话，不然等对方下次联系"
NOT_ARRIVED = "微信通知没有送到。急的话请打电话，不然等对方下次联系"


def create(session: Session, chat: Conversation, *, now: datetime) -> int:
    """Create the record before the notice is sent; returns its id.

    The delivery report may arrive before the service's response to the request.
    """
    notice = NoticeGiven(conversation=chat, given_at=now)
    session.add(notice)
    session.flush()
    return notice.id


def mark_accepted(session: Session, notice_id: int, number: str | None) -> None:
    """The service has accepted the notice under this number."""
    notice = session.get(NoticeGiven, notice_id)
    if notice is not None:
        notice.number = number


def mark_failed(session: Session, notice_id: int, *, is_wanted: bool, now: datetime) -> None:
    """The service has rejected the notice; `wanted` is False if the resident refuses notices."""
    notice = session.get(NoticeGiven, notice_id)
    if notice is not None:
        _note_failure(session, notice, is_wanted=is_wanted, now=now)


def record_report(
    session: Session,
    account: ChannelAccount,
    number: str,
    *,
    arrived: bool,
    is_wanted: bool,
    now: datetime,
) -> None:
    """Record the service's delivery report; a repeated or outdated report has no effect."""
    notice = _find(session, account, number)
    if notice is None:
        return
    if arrived:
        session.delete(notice)
        for row in _held_updates(session, notice.conversation_id):
            row.problem = UNTIL_CONTACT
    else:
        _note_failure(session, notice, is_wanted=is_wanted, now=now)


def _find(session: Session, account: ChannelAccount, number: str) -> NoticeGiven | None:
    """The notice with this number, else the newest one without a number."""
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


def _note_failure(session: Session, notice: NoticeGiven, *, is_wanted: bool, now: datetime) -> None:
    notice.problem = NOT_ARRIVED if is_wanted else NOT_WANTED
    for row in _held_updates(session, notice.conversation_id):
        row.problem = notice.problem
    failures = _failures(session, notice.conversation_id, since=now - timedelta(days=1))
    if is_wanted and failures < MOST_IN_A_DAY:
        pause = FIRST_PAUSE * 4 ** (failures - 1)
        notice.again_at = after_quiet_hours(now + pause, settings().quiet_hours)


def _held_updates(session: Session, conversation_id: int) -> list[OutboxMessage]:
    """The held case updates of this chat, newest first."""
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


def retry_due_notices(session: Session, now: datetime, most: int) -> int:
    """Retry up to `most` failed notices that are due; returns their number.

    The newest held update becomes pending: push will find the quota spent and send a new notice.
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
        for row in _held_updates(session, notice.conversation_id)[:1]:
            row.status = Delivery.PENDING
            wake(session, TOPIC)
    return len(due)
