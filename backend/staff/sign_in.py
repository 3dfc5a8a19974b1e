"""Signing in. A try is counted before the password is checked, and forgotten when it succeeds.

Tries are limited for a name from one address, for an address, and for a name from everywhere. The
last two limits do not hold where the account has signed in from before: a stranger who types wrong
passwords locks no colleague out.
"""

import ipaddress
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, func, select
from sqlalchemy.orm import Session, joinedload

from backend.clock import now
from backend.database import Database
from backend.errors import NotSignedIn, TooManyWaiting
from backend.models.staff import AuditEntry, Role, SignInTry, StaffAccount, StaffToken
from backend.staff import passwords, second_factor
from backend.staff.accounts import TOKEN_LIFE, audit, digest

WINDOW = timedelta(minutes=15)
MOST_TRIES = 10  # for a name, from one address
MOST_OF_ADDRESS = 50  # a whole office may share one
MOST_OF_NAME = 100
LONGEST_NAME, LONGEST_CODE = 100, 20
_MINUTES = WINDOW.seconds // 60
WRONG = f"用户名或密码不对。连续输错 {MOST_TRIES} 次，要等 {_MINUTES} 分钟才能再试。"
WRONG_CODE = "动态验证码不对，请填手机上最新的六位数字"
WAIT = "输错的次数太多，请等 {} 分钟再登录"
CODE_NEEDED = "请再填手机上的动态验证码"
NO_SECOND_FACTOR = "这个账号要先开通动态验证码才能登录，请找系统管理员"
NO_ACCOUNT = "您还没有民呼的账号，请找系统管理员开通"
UNKNOWN_NAME = "unknown name"  # in the audit log; what was typed may be a password


@dataclass(frozen=True)
class Credentials:
    username: str
    password: str
    code: str = ""  # of the second factor


def sign_in(
    database: Database,
    credentials: Credentials,
    *,
    address: str,
    code_roles: Collection[Role] = (),
) -> str:
    """A new token. `code_roles` are the roles that need a second factor.

    Raises NotSignedIn, or TooManyWaiting before the password is checked.
    """
    address = network(address)
    with database.begin() as session:
        staff = _account(session, credentials.username)
        _count(session, credentials.username, address, now=now())
    is_right = passwords.matches(staff.password_hash if staff else None, credentials.password)
    with database.begin() as session:
        staff = _account(session, credentials.username, lock=True)
        if staff is None or not is_right or not staff.active:
            problem: str | None = WRONG
        else:
            problem = _second_problem(staff, credentials.code, code_roles)
        if staff is not None and not problem:
            return _succeed(session, staff, address)
        _fail(session, staff, address)
    raise NotSignedIn(problem or WRONG)


def sign_in_by_provider(database: Database, username: str, *, address: str) -> str:
    """A new token for whom the city's single sign-on names. Raises NotSignedIn."""
    address = network(address)
    with database.begin() as session:
        staff = _account(session, username[:LONGEST_NAME], lock=True)
        if staff is not None and staff.active:
            return _succeed(session, staff, address)
        _fail(session, staff, address)
    raise NotSignedIn(NO_ACCOUNT)


def network(address: str) -> str:
    """The address; of IPv6 its network, as one computer has 2⁶⁴ addresses."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address


def _account(session: Session, username: str, *, lock: bool = False) -> StaffAccount | None:
    query = select(StaffAccount).where(StaffAccount.username == username)
    if lock:
        return session.scalar(query.with_for_update(key_share=True))
    return session.scalar(query.options(joinedload(StaffAccount.unit)))


def _count(session: Session, username: str, address: str, *, now: datetime) -> None:
    """Record the try. Raises TooManyWaiting instead when there were too many."""
    of_name = SignInTry.name_hash == digest(username)
    from_here = SignInTry.address == address
    row = session.execute(
        select(
            func.count().filter(and_(of_name, from_here)),
            func.count().filter(from_here),
            func.count().filter(of_name),
            func.min(SignInTry.at),
        ).where(SignInTry.at > now - WINDOW, of_name | from_here)
    ).one()
    here, of_address, everywhere, first = row
    is_crowded = of_address >= MOST_OF_ADDRESS or everywhere >= MOST_OF_NAME
    if here >= MOST_TRIES or (is_crowded and not _knows(session, username, address)):
        wait = first + WINDOW - now
        minutes = -(-wait // timedelta(minutes=1))
        raise TooManyWaiting(WAIT.format(minutes), retry_after=int(wait.total_seconds()) + 1)
    session.add(SignInTry(name_hash=digest(username), address=address, at=now))


def _knows(session: Session, username: str, address: str) -> bool:
    """True if the account has signed in from the address before."""
    was_here: ColumnElement[bool] = AuditEntry.details["address"].astext == address
    query = select(AuditEntry.id).where(
        AuditEntry.action == "sign_in", AuditEntry.subject == username, was_here
    )
    return session.scalar(query.limit(1)) is not None


def _second_problem(staff: StaffAccount, code: str, code_roles: Collection[Role]) -> str | None:
    """The problem with the second factor; None when it is right."""
    if staff.totp_secret is None:
        return NO_SECOND_FACTOR if Role(staff.role) in code_roles else None
    if not code:
        return CODE_NEEDED
    return None if second_factor.accept(staff, code, now=now()) else WRONG_CODE


def _succeed(session: Session, staff: StaffAccount, address: str) -> str:
    token, at = secrets.token_urlsafe(32), now()
    session.add(
        StaffToken(
            token_hash=digest(token), staff_id=staff.id, expires_at=at + TOKEN_LIFE, used_at=at
        )
    )
    own_tries = and_(SignInTry.name_hash == digest(staff.username), SignInTry.address == address)
    session.execute(delete(SignInTry).where(own_tries))
    audit(session, staff, "sign_in", staff.username, now=at, address=address)
    return token


def _fail(session: Session, staff: StaffAccount | None, address: str) -> None:
    subject = staff.username if staff else UNKNOWN_NAME
    audit(session, None, "sign_in_failed", subject, now=now(), address=address)
