"""The ledger of what each follower's contacts still let us say.

A message is charged before it is sent, in the transaction that takes it from the outbox, so that
neither a crash nor a second sender exceeds a quota.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.messaging.messages import Contact
from backend.messaging.models import ReplyWindow
from backend.messaging.quota import QUOTAS, Window, renewed
from backend.residents.models import ChannelAccount


def open_window(
    session: Session, account: ChannelAccount, contact: Contact, *, at: datetime
) -> None:
    """They made contact at `at`. Nothing is kept for a channel without quotas."""
    if account.channel not in QUOTAS:
        return
    _lock(session, account.id)
    window = renewed(of_account(session, account), account.channel, contact, at=at)
    if window is None:
        return
    values = {"opened_at": window.opened_at, "spent": list(window.spent)}
    row = insert(ReplyWindow).values(account_id=account.id, contact=contact, **values)
    session.execute(
        row.on_conflict_do_update(
            index_elements=[ReplyWindow.account_id, ReplyWindow.contact], set_=values
        )
    )


def of_account(session: Session, account: ChannelAccount, *, lock: bool = False) -> list[Window]:
    """The account's windows, ended ones among them; locked, nobody else can spend from them."""
    if lock:
        _lock(session, account.id)
    rules = QUOTAS.get(account.channel, {})
    return [
        Window(Contact(row.contact), rules[Contact(row.contact)], row.opened_at, tuple(row.spent))
        for row in _rows(session, account.id)
    ]


def spend(session: Session, account_id: int, window: Window, *, arrives_by: datetime) -> None:
    """Charge one message that will have reached the service by `arrives_by`, if it ever does."""
    for row in _rows(session, account_id):
        if row.contact == window.contact:
            row.spent = [*row.spent, arrives_by]


def settle(
    session: Session, account_id: int, *, arrives_by: datetime, arrived_at: datetime | None
) -> None:
    """The message that was charged with `arrives_by` arrived, or never did: then it is free.

    It may stand in two windows: a contact that came meanwhile has taken it over.
    """
    _lock(session, account_id)
    for row in _rows(session, account_id):
        if arrives_by in row.spent:
            others = list(row.spent)
            others.remove(arrives_by)
            row.spent = [*others, arrived_at] if arrived_at else others


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
        select(ChannelAccount.id).where(ChannelAccount.id == account_id).with_for_update()
    )


def _rows(session: Session, account_id: int) -> Sequence[ReplyWindow]:
    return session.scalars(
        select(ReplyWindow)
        .where(ReplyWindow.account_id == account_id)
        .execution_options(populate_existing=True)
    ).all()
