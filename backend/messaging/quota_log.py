"""The ledger of what each follower's contacts still let us say.

A message is charged before it is sent, in the transaction that takes it from the outbox, so that
neither a crash nor a second sender exceeds a quota.
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
    """They made contact at `at`. Nothing is kept for a channel without quotas."""
    if account.channel not in QUOTAS:
        return
    window = renewed(of_account(session, account, lock=True), account.channel, contact, at=at)
    if window:
        _keep(session, account.id, window)


def of_account(session: Session, account: ChannelAccount, *, lock: bool = False) -> list[Window]:
    """The account's windows, ended ones among them; locked, nobody else can spend from them."""
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
    """Charge one message to `window`, of the locked account."""
    _keep(session, account.id, window.charged(arrives_by=arrives_by))


def settle(
    session: Session, account: ChannelAccount, *, arrives_by: datetime, arrived_at: datetime | None
) -> None:
    """Note what became of a charged message.

    It may stand in two windows: a contact that came meanwhile has taken it over.
    """
    for window in of_account(session, account, lock=True):
        settled = window.settled(arrives_by=arrives_by, arrived_at=arrived_at)
        if settled != window:
            _keep(session, account.id, settled)


def close(session: Session, account_id: int, *, opened_before: datetime) -> None:
    """The service says that nothing is left; a contact after `opened_before` is news to it."""
    _lock(session, account_id)
    session.execute(
        delete(ReplyWindow).where(
            ReplyWindow.account_id == account_id, ReplyWindow.opened_at <= opened_before
        )
    )


def _lock(session: Session, account_id: int) -> None:
    """On the account, for there may be no window yet that could be locked."""
    session.execute(
        select(ChannelAccount.id)
        .where(ChannelAccount.id == account_id)
        .with_for_update(key_share=True)
    )


def _keep(session: Session, account_id: int, window: Window) -> None:
    values = {"opened_at": window.opened_at, "spent": list(window.spent)}
    row = insert(ReplyWindow).values(account_id=account_id, contact=window.contact, **values)
    key = [ReplyWindow.account_id, ReplyWindow.contact]
    session.execute(row.on_conflict_do_update(index_elements=key, set_=values))
