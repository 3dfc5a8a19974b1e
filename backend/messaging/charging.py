"""The next message on a channel with quotas: planned, charged, and what cannot go is held."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from backend.messaging import outbox, quota_log
from backend.messaging.quota import QUOTAS, Parts, Pending, paying_for_voice, plan
from backend.models.conversations import Conversation
from backend.models.messages import Delivery, OutboxMessage, Source
from backend.models.residents import ChannelAccount


@dataclass(frozen=True)
class Charged:
    """One message that may be sent, and has been paid for."""

    rows: tuple[OutboxMessage, ...]
    text: str


@dataclass(frozen=True)
class Held:
    """Nothing may be sent: so many pieces of progress wait, some of them since just now."""

    count: int
    is_news: bool


def next_message(
    session: Session, chat: Conversation, *, parts: Parts, now: datetime, arrives_by: datetime
) -> Charged | Held:
    """What is owed in `chat`, of which the oldest that may be told is charged."""
    open_windows = quota_log.of_account(session, chat.account, lock=True)
    rows = {row.id: row for row in outbox.waiting(session, chat.id, now=now)}
    planned = plan([_pending(row) for row in rows.values()], open_windows, now, parts=parts)
    late = [rows[item.id] for item in planned.hold if rows[item.id].status == Delivery.PENDING]
    stay = outbox.hold(session, chat, late, now=now, problem=outbox.UNTIL_CONTACT)
    if planned.message is None:
        count = sum(item.of_case for item in planned.hold) - (len(late) - len(stay))
        return Held(count, is_news=any(row.case_id for row in stay))
    quota_log.spend(session, chat.account, planned.message.window, arrives_by=arrives_by)
    told = tuple(rows[item.id] for item in planned.message.items)
    for row in told:  # a held one goes along: it is no longer free to be told elsewhere
        row.status = Delivery.PENDING
    return Charged(told, planned.message.text)


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
    """Pay for a voice beside a text. False when what is left is kept for news."""
    if account.channel not in QUOTAS:
        return True
    window = paying_for_voice(quota_log.of_account(session, account, lock=True), now)
    if window is not None:
        quota_log.spend(session, account, window, arrives_by=arrives_by)
    return window is not None


def spares_voice(session: Session, account: ChannelAccount, *, now: datetime) -> bool:
    """Whether one could be paid for now."""
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
    """The service takes nothing more: the ledger says so too, and `rows` wait.

    Unless the resident made contact while the service was asked: then they are tried again.
    """
    quota_log.close(session, chat.account_id, opened_before=asked_at)
    if not quota_log.of_account(session, chat.account):
        outbox.hold(session, chat, rows, now=now, problem=outbox.UNTIL_CONTACT)
