"""Accounts of staff: sign-in, tokens, the audit log."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from backend.clock import now
from backend.database import Database
from backend.errors import NotFound, NotSignedIn
from backend.models.staff import AuditEntry, Role, StaffAccount, StaffToken
from backend.vocabulary.actors import Actor

TOKEN_LIFE = timedelta(hours=12)
MOST_FAILURES = 5  # then the account is locked
LOCKED_FOR = timedelta(minutes=15)
LONGEST_NAME, LONGEST_PASSWORD = 100, 200
WRONG = (
    f"用户名或密码不对。连续输错 {MOST_FAILURES} 次，"
    f"账号会锁定 {int(LOCKED_FOR.total_seconds()) // 60} 分钟。"
)
_hasher = PasswordHasher()
# Verified for an unknown name, so that the answer takes as long as for a known one.
_UNKNOWN_ACCOUNT_HASH = _hasher.hash(secrets.token_hex())


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def has_account(session: Session, username: str) -> bool:
    """Whether the name is taken, by an active account or not."""
    account = select(StaffAccount.id).where(StaffAccount.username == username)
    return session.scalar(account) is not None


def may_sign_in(session: Session, username: str) -> bool:
    """Whether an active account has this name."""
    account = select(StaffAccount.id).where(StaffAccount.username == username, StaffAccount.active)
    return session.scalar(account) is not None


def add_account(
    session: Session, username: str, role: Role, *, unit: str, name: str, password: str
) -> None:
    """`unit` is a unit's code, `name` what residents are shown. The name must be free."""
    session.add(
        StaffAccount(
            username=username,
            display_name=name,
            role=role,
            unit_code=unit,
            password_hash=hash_password(password),
        )
    )


def change_password(session: Session, username: str, password: str) -> None:
    """Also ends all sign-ins of the account. Raises NotFound."""
    staff = _account(session, username)
    staff.password_hash = hash_password(password)
    staff.failed_sign_ins, staff.locked_until = 0, None
    _end_sign_ins(session, staff)


def set_active(session: Session, username: str, *, active: bool) -> None:
    """An account that is not active cannot sign in, and its sign-ins end. Raises NotFound."""
    staff = _account(session, username)
    staff.active = active
    _end_sign_ins(session, staff)


def all_accounts(session: Session) -> Sequence[StaffAccount]:
    """By name, with their units."""
    query = select(StaffAccount).options(joinedload(StaffAccount.unit))
    return session.scalars(query.order_by(StaffAccount.username)).all()


def _account(session: Session, username: str) -> StaffAccount:
    query = select(StaffAccount).where(StaffAccount.username == username)
    staff = session.scalar(query.with_for_update(key_share=True))
    if staff is None:
        raise NotFound(f"there is no account {username!r}")
    return staff


def _end_sign_ins(session: Session, staff: StaffAccount) -> None:
    session.execute(delete(StaffToken).where(StaffToken.staff_id == staff.id))


def sign_in(session: Session, username: str, password: str, *, now: datetime) -> str | None:
    """A token; None when the name or password is wrong. Too many failures lock the account.

    The caller commits in both cases, since a failed attempt is counted.
    """
    staff = session.scalar(
        select(StaffAccount)
        .where(StaffAccount.username == username)
        .with_for_update(key_share=True)
    )
    is_right = _matches(staff.password_hash if staff else _UNKNOWN_ACCOUNT_HASH, password)
    if staff is None or not staff.active or (staff.locked_until and staff.locked_until > now):
        return None
    if not is_right:
        staff.failed_sign_ins += 1
        if staff.failed_sign_ins >= MOST_FAILURES:
            staff.locked_until, staff.failed_sign_ins = now + LOCKED_FOR, 0
        return None
    staff.failed_sign_ins, staff.locked_until = 0, None
    return _new_token(session, staff, now)


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _new_token(session: Session, staff: StaffAccount, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    session.add(
        StaffToken(token_hash=_digest(token), staff_id=staff.id, expires_at=now + TOKEN_LIFE)
    )
    audit(session, staff, "sign_in", staff.username, now=now)
    return token


def by_token(session: Session, token: str, *, now: datetime) -> StaffAccount:
    """The signed-in staff. Raises NotSignedIn."""
    with_unit = joinedload(StaffToken.staff).joinedload(StaffAccount.unit)
    row = session.get(StaffToken, _digest(token), options=[with_unit])
    if row is None or row.expires_at < now or not row.staff.active:
        raise NotSignedIn("请重新登录")
    return row.staff


def sign_out(session: Session, token: str) -> None:
    session.execute(delete(StaffToken).where(StaffToken.token_hash == _digest(token)))


def actor_for(staff: StaffAccount) -> Actor:
    """The member of staff as the actor of a step."""
    return Actor(f"staff:{staff.username}", f"{staff.unit.name} {staff.display_name}")


def audit(
    session: Session,
    staff: StaffAccount,
    action: str,
    subject: str,
    *,
    now: datetime,
    **details: object,
) -> None:
    """Record what the staff looked at or did."""
    session.add(
        AuditEntry(staff_id=staff.id, action=action, subject=subject, details=details, at=now)
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def new_token(database: Database, username: str, password: str) -> str:
    """Sign in, in a transaction of its own. Raises NotSignedIn once the failure is committed."""
    with database.begin() as session:
        token = sign_in(session, username, password, now=now())
    if token is None:
        raise NotSignedIn(WRONG)
    return token
