"""Channels with quotas: plans the next message, charges it, and holds what cannot be sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from backend.messaging import held_messages, outbox, quota_log
from backend.messaging.quota import QUOTAS, Parts, Pending, paying_for_voice, plan
from backend.models.conversations import Conversation
from backend.models.messages import Delivery, OutboxMessage, Source
from backend.models.residents import ChannelAccount


@dataclass(frozen=True)
class ChargedMessage:
    """A message that may be sent and is charged already; `rows` are the outbox rows in it."""

    rows: tuple[OutboxMessage, ...]
    text: str


@dataclass(frozen=True)
class HeldUpdates:
    """Quota spent: `count` updates are held; `is_news` if any of them is new."""

    count: int
    is_news: bool


def next_message(
    session: Session, chat: Conversation, *, parts: Parts, now: datetime, arrives_by: datetime
) -> ChargedMessage | HeldUpdates:
    """Charge the oldest waiting message of `chat` that a window pays for, and hold the others."""
    open_windows = quota_log.of_account(session, chat.account, lock=True)
    rows = {row.id: row for row in outbox.waiting(session, chat.id, now=now)}
    planned = plan([_pending(row) for row in rows.values()], open_windows, now, parts=parts)
    late = [rows[item.id] for item in planned.hold if rows[item.id].status == Delivery.PENDING]
    stay = held_messages.hold(session, chat, late, now=now, problem=held_messages.UNTIL_CONTACT)
    if planned.message is None:
        count = sum(item.of_case for item in planned.hold) - (len(late) - len(stay))
        return HeldUpdates(count, is_news=any(row.case_id for row in stay))
    quota_log.spend(session, chat.account, planned.message.window, arrives_by=arrives_by)
    charged = tuple(rows[item.id] for item in planned.message.items)
    for row in charged:  # a held row is included now, so another chat must not send it
        row.status = Delivery.PENDING
    return ChargedMessage(charged, planned.message.text)


def _pending(row: OutboxMessage) -> Pending:
    return Pending(
        id=row.id,
        text=row.text,
        choices=titles(row),
        of_case=row.case_id is not None,
        from_staff=row.source == Source.STAFF,
        was_held=row.held_at is not None,
        alone=row.goes_alone or row.parts_sent > 0,
    )


def titles(row: OutboxMessage) -> tuple[str, ...]:
    return tuple(str(button["title"]) for button in row.buttons)


def charge_voice(
    session: Session, account: ChannelAccount, *, now: datetime, arrives_by: datetime
) -> bool:
    """Charge a voice message that repeats a text. False if the rest of the quota is reserved."""
    if account.channel not in QUOTAS:
        return True
    window = paying_for_voice(quota_log.of_account(session, account, lock=True), now)
    if window is not None:
        quota_log.spend(session, account, window, arrives_by=arrives_by)
    return window is not None


def spares_voice(session: Session, account: ChannelAccount, *, now: datetime) -> bool:
    """True if the quota allows a voice message now."""
    if account.channel not in QUOTAS:
        return True
    return paying_for_voice(quota_log.of_account(session, account), now) is not None


def out_of_window(
    session: Session,
    chat: Conversation,
    rows: Sequence[OutboxMessage],
    *,
    asked_at: datetime,
    now: datetime,
) -> None:
    """The service has refused a message: close the windows in the quota log and hold `rows`.

    If the resident made contact since `asked_at`, that window stays open and the rows stay due.
    """
    quota_log.close(session, chat.account_id, opened_before=asked_at)
    if not quota_log.of_account(session, chat.account):
        held_messages.hold(session, chat, rows, now=now, problem=held_messages.UNTIL_CONTACT)
