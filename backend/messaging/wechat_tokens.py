"""The access token of an Official Account, shared by all processes.

A new token invalidates the old one, so only one process may fetch at a time. While fetching it
holds a lease, but no lock and no transaction; other processes use the old token or wait.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.models.wechat_tokens import WeChatToken

RENEW_BEFORE = timedelta(minutes=5)
FETCH_LEASE = timedelta(seconds=15)  # longer than the slowest fetch
# WeChat allows 20 forced renewals a day; with this pause the limit is never reached.
BETWEEN_FORCED = timedelta(minutes=75)


@dataclass(frozen=True)
class Fetch:
    """The lease to fetch a token; its holder then calls `store` or `release_lease`."""

    may_force: bool


def token_or_lease(
    session: Session, app_id: str, *, rejected: str | None, now: datetime
) -> str | Fetch | None:
    """A valid token other than `rejected`, else the lease to fetch one.

    None if another process is fetching and no valid token is left. `rejected` is a token that
    WeChat's API has refused.
    """
    row = session.get(WeChatToken, app_id)
    if row is not None and _is_good(row, rejected, now + RENEW_BEFORE):
        return row.token
    row = _locked(session, app_id)
    if _is_good(row, rejected, now + RENEW_BEFORE):
        return row.token
    if row.fetching_until is not None and row.fetching_until > now:
        return row.token if _is_good(row, rejected, now) else None
    row.fetching_until = now + FETCH_LEASE
    return Fetch(may_force=row.forced_at is None or now - row.forced_at > BETWEEN_FORCED)


def _is_good(row: WeChatToken, rejected: str | None, until: datetime) -> bool:
    if row.token is None or row.expires_at is None or row.token == rejected:
        return False
    return row.expires_at > until


def _locked(session: Session, app_id: str) -> WeChatToken:
    session.execute(insert(WeChatToken).values(app_id=app_id).on_conflict_do_nothing())
    own = select(WeChatToken).where(WeChatToken.app_id == app_id)
    return session.scalars(
        own.with_for_update(key_share=True), execution_options={"populate_existing": True}
    ).one()


def store(session: Session, app_id: str, token: str, life: timedelta, *, now: datetime) -> None:
    row = _locked(session, app_id)
    row.token, row.expires_at, row.fetching_until = token, now + life, None


def release_lease(session: Session, app_id: str) -> None:
    """The fetch failed: another process may try."""
    _locked(session, app_id).fetching_until = None


def mark_forced(session: Session, app_id: str, *, now: datetime) -> None:
    """Record a forced renewal; called before the request, so that a crash cannot lose it."""
    _locked(session, app_id).forced_at = now
