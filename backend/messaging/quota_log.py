"""The quota log: stores each account's reply windows and the messages charged to them.

A message is charged before it is sent, in the transaction that takes it from the outbox, so that
neither a crash nor a second sender can exceed a quota.
"""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.messaging.quota import QUOTAS, Window, renewed
from backend.models.messages import ReplyWindow
from backend.models.residents import ChannelAccount
from backend.vocabulary.messages import Contact


def open_window(
    session: Session, account: ChannelAccount, contact: Contact, *, at: datetime
) -> None:
    """Open or renew the window of a contact made at `at`; no effect on channels without quotas."""
    if account.channel not in QUOTAS:
        return
    window = renewed(of_account(session, account, lock=True), account.channel, contact, at=at)
    if window:
        _store(session, account.id, window)


def of_account(session: Session, account: ChannelAccount, *, lock: bool = False) -> list[Window]:
    """The account's windows, including ended ones; `lock` prevents concurrent charging."""
    if lock:
        _lock(session, account.id)
    rules = QUOTAS.get(account.channel, {})
    rows = session.execute(
        select(ReplyWindow.contact, ReplyWindow.opened_at, ReplyWindow.spent).where(
            ReplyWindow.account_id == account.id
        )
    )
    return [
        Window(Contact(contact), rules[Contact(contact)], opened_at, tuple(spent))
        for contact, opened_at, spent in rows
    ]


def spend(
    session: Session, account: ChannelAccount, window: Window, *, arrives_by: datetime
) -> None:
    """Charge one message to `window`; the account must be locked."""
    _store(session, account.id, window.charged(arrives_by=arrives_by))


def settle(
    session: Session, account: ChannelAccount, *, arrives_by: datetime, arrived_at: datetime | None
) -> None:
    """Record that a charged message arrived at `arrived_at`, or never (None).

    The message may be in two windows: a contact made meanwhile has renewed the window.
    """
    for window in of_account(session, account, lock=True):
        settled = window.settled(arrives_by=arrives_by, arrived_at=arrived_at)
        if settled != window:
            _store(session, account.id, settled)


def close(session: Session, account_id: int, *, opened_before: datetime) -> None:
    """Delete the windows opened until `opened_before`: the service says that they are spent."""
    _lock(session, account_id)
    session.execute(
        delete(ReplyWindow).where(
            ReplyWindow.account_id == account_id, ReplyWindow.opened_at <= opened_before
        )
    )


def _lock(session: Session, account_id: int) -> None:
    """Locks the account row, because a window row may not exist yet."""
    session.execute(
        select(ChannelAccount.id)
        .where(ChannelAccount.id == account_id)
        .with_for_update(key_share=True)
    )


def _store(session: Session, account_id: int, window: Window) -> None:
    columns = {"opened_at": window.opened_at, "spent": list(window.spent)}
    row = insert(ReplyWindow).values(account_id=account_id, contact=window.contact, **columns)
    key = [ReplyWindow.account_id, ReplyWindow.contact]
    session.execute(row.on_conflict_do_update(index_elements=key, set_=columns))
