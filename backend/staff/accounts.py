"""Accounts of staff: their tokens, and the audit log."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from backend.errors import NotFound, NotSignedIn
from backend.models.staff import AuditEntry, Role, StaffAccount, StaffToken
from backend.staff.passwords import hash_password
from backend.vocabulary.actors import Actor

TOKEN_LIFE = timedelta(hours=12)
IDLE = timedelta(hours=1)
USE_NOTED_EVERY = timedelta(minutes=1)


def has_account(session: Session, username: str) -> bool:
    """True if the name is taken, by an active account or not."""
    account = select(StaffAccount.id).where(StaffAccount.username == username)
    return session.scalar(account) is not None


def may_sign_in(session: Session, username: str) -> bool:
    """True if an active account has this name."""
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


def change_password(
    session: Session, username: str, password: str, *, but_token: str | None = None
) -> None:
    """Also ends the sign-ins of the account, but that of the token. Raises NotFound."""
    staff = _account(session, username)
    staff.password_hash = hash_password(password)
    end_sign_ins(session, staff, but_token=but_token)


def set_active(session: Session, username: str, *, active: bool) -> None:
    """An account that is not active cannot sign in, and its sign-ins end. Raises NotFound."""
    staff = _account(session, username)
    staff.active = active
    end_sign_ins(session, staff)


def set_second_factor(session: Session, username: str, secret: str | None) -> None:
    """Set the secret of the second factor; None removes it. Raises NotFound."""
    staff = _account(session, username)
    staff.totp_secret, staff.totp_step = secret, 0
    end_sign_ins(session, staff)


def account_named(session: Session, username: str) -> StaffAccount:
    """An active account. Raises NotFound."""
    query = select(StaffAccount).where(StaffAccount.username == username, StaffAccount.active)
    staff = session.scalar(query)
    if staff is None:
        raise NotFound(f"there is no active account {username!r}")
    return staff


def all_accounts(session: Session) -> Sequence[StaffAccount]:
    """Accounts ordered by name, with their units."""
    query = select(StaffAccount).options(joinedload(StaffAccount.unit))
    return session.scalars(query.order_by(StaffAccount.username)).all()


def _account(session: Session, username: str) -> StaffAccount:
    query = select(StaffAccount).where(StaffAccount.username == username)
    staff = session.scalar(query.with_for_update(key_share=True))
    if staff is None:
        raise NotFound(f"there is no account {username!r}")
    return staff


def end_sign_ins(session: Session, staff: StaffAccount, *, but_token: str | None = None) -> None:
    """End the sign-ins of the account, but that of the token."""
    ended = delete(StaffToken).where(StaffToken.staff_id == staff.id)
    if but_token is not None:
        ended = ended.where(StaffToken.token_hash != digest(but_token))
    session.execute(ended)


def by_token(session: Session, token: str, *, now: datetime, is_used: bool = True) -> StaffAccount:
    """The signed-in staff. Raises NotSignedIn, also IDLE after the last use.

    `is_used` is False for what a page asks by itself while nobody sits before it.
    """
    with_unit = joinedload(StaffToken.staff).joinedload(StaffAccount.unit)
    row = session.get(StaffToken, digest(token), options=[with_unit])
    if row is None or min(row.expires_at, row.used_at + IDLE) < now or not row.staff.active:
        raise NotSignedIn("请重新登录")
    if is_used and now - row.used_at > USE_NOTED_EVERY:
        row.used_at = now
    return row.staff


def sign_out(session: Session, token: str) -> None:
    session.execute(delete(StaffToken).where(StaffToken.token_hash == digest(token)))


def actor_for(staff: StaffAccount) -> Actor:
    """The member of staff as the actor of a step."""
    return Actor(f"staff:{staff.username}", f"{staff.unit.name} {staff.display_name}")


def audit(
    session: Session,
    staff: StaffAccount | None,
    action: str,
    subject: str,
    *,
    now: datetime,
    **details: object,
) -> None:
    """Record what the staff looked at or did; without `staff`, what a stranger tried."""
    session.add(
        AuditEntry(
            staff_id=staff.id if staff else None,
            action=action,
            subject=subject,
            details=details,
            at=now,
        )
    )


def digest(secret: str) -> str:
    """Hash that is stored in place of a token or of a typed name."""
    return hashlib.sha256(secret.encode()).hexdigest()
