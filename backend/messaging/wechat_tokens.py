"""The one access token of an Official Account, shared by every process.

A new token ends the old one, so only one process may fetch at a time. It holds no lock and no
transaction while it does, only a lease; the others go on with the old token, or wait.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.models.wechat_tokens import WeChatToken

RENEW_BEFORE = timedelta(minutes=5)
FETCH_LEASE = timedelta(seconds=15)  # longer than the slowest fetch
# WeChat lets a token be renewed by force 20 times a day; so it lasts whatever goes wrong.
BETWEEN_FORCED = timedelta(minutes=75)


@dataclass(frozen=True)
class Fetch:
    """The caller is the one to fetch a token, and then to `store` it or `give_back`."""

    may_force: bool


def ask(
    session: Session, app_id: str, *, rejected: str | None, now: datetime
) -> str | Fetch | None:
    """The token, but not the one that WeChat has `rejected`; None: somebody is fetching it."""
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


def give_back(session: Session, app_id: str) -> None:
    """The fetch failed: somebody else may try."""
    _locked(session, app_id).fetching_until = None


def note_forced(session: Session, app_id: str, *, now: datetime) -> None:
    """Before it is done, so that a crash does not forget it."""
    _locked(session, app_id).forced_at = now
