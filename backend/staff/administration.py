"""Accounts as administrators change them: within the units that they act for."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from backend.errors import BadInput, Conflict, NotAllowed, NotFound
from backend.models.staff import Role, StaffAccount, StaffToken
from backend.models.units import Unit
from backend.staff.accounts import (
    IDLE,
    TOKEN_LIFE,
    add_account,
    digest,
    end_sign_ins,
    has_account,
)
from backend.staff.passwords import FEWEST_DIFFERENT, LONGEST, SHORTEST, weakness
from backend.staff.permissions import require_administers
from backend.staff.visibility import units_of
from backend.vocabulary.messages import storable

_USERNAME = re.compile(r"[a-z][a-z0-9_.-]{1,39}")
LONGEST_NAME = 20
PAGE_SIZE = 50
WEAK = f"密码要 {SHORTEST} 到 {LONGEST} 位，至少 {FEWEST_DIFFERENT} 种字符，不用常用的，不带用户名"


@dataclass(frozen=True)
class NewAccount:
    username: str
    name: str
    role: str
    unit: str
    password: str


@dataclass(frozen=True)
class AccountPage:
    accounts: Sequence[StaffAccount]
    total: int
    has_more: bool


@dataclass(frozen=True)
class OwnSignIn:
    began: datetime
    last_used: datetime
    is_here: bool


@dataclass(frozen=True)
class SignIns:
    """Running sign-ins of an account."""

    number: int
    last_used: datetime


def accounts_of(session: Session, admin: StaffAccount, words: str, number: int) -> AccountPage:
    """Accounts of the administrator's units, by name: page `number` from 1. Raises NotAllowed.

    `words` are part of a username, a name, or a unit's name, or a unit's code.
    """
    require_administers(admin)
    query = select(StaffAccount).where(StaffAccount.unit_code.in_(units_of(admin)))
    if words:
        parts = (StaffAccount.username, StaffAccount.display_name, Unit.name)
        named = (part.icontains(words, autoescape=True) for part in parts)
        query = query.join(StaffAccount.unit).where(or_(Unit.code == words, *named))
    rows = session.scalars(
        query.options(joinedload(StaffAccount.unit))
        .order_by(StaffAccount.username)
        .offset((number - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE + 1)
    ).all()
    total = session.scalar(query.with_only_columns(func.count(StaffAccount.id))) or 0
    return AccountPage(rows[:PAGE_SIZE], total, len(rows) > PAGE_SIZE)


def sign_ins(session: Session, *, now: datetime) -> Mapping[int, SignIns]:
    """By account; ended and idle ones are left out."""
    query = (
        select(StaffToken.staff_id, func.count(), func.max(StaffToken.used_at))
        .where(StaffToken.expires_at > now, StaffToken.used_at > now - IDLE)
        .group_by(StaffToken.staff_id)
    )
    return {row[0]: SignIns(row[1], row[2]) for row in session.execute(query)}


def own_sign_ins(
    session: Session, staff: StaffAccount, token: str, *, now: datetime
) -> list[OwnSignIn]:
    """Running ones, the newest first; `token` is that of the present one."""
    query = select(StaffToken).where(
        StaffToken.staff_id == staff.id,
        StaffToken.expires_at > now,
        StaffToken.used_at > now - IDLE,
    )
    rows = session.scalars(query.order_by(StaffToken.expires_at.desc()))
    here = digest(token)
    return [
        OwnSignIn(row.expires_at - TOKEN_LIFE, row.used_at, row.token_hash == here) for row in rows
    ]


def account_for(session: Session, admin: StaffAccount, username: str) -> StaffAccount:
    """Another's account in the administrator's units, locked. Raises NotFound or NotAllowed."""
    require_administers(admin)
    query = select(StaffAccount).where(StaffAccount.username == storable(username))
    account = session.scalar(query.with_for_update(key_share=True))
    if account is None or not _acts_for(session, admin, account.unit_code):
        raise NotFound("没有这个账号")
    if account.id == admin.id:
        raise NotAllowed("自己的账号请另一位管理员来改；改密码在“我的账号”里")
    return account


def create(session: Session, admin: StaffAccount, new: NewAccount) -> None:
    """Raises BadInput, Conflict or NotAllowed."""
    require_administers(admin)
    if not _USERNAME.fullmatch(new.username):
        raise BadInput("用户名用小写字母开头，2 到 40 位小写字母、数字、点、横线")
    if not 0 < len(new.name.strip()) <= LONGEST_NAME:
        raise BadInput(f"姓名要写，最多 {LONGEST_NAME} 字")
    role, unit = _role(new.role), _unit(session, admin, new.unit)
    check_password(new.password, new.username)
    if has_account(session, new.username):
        raise Conflict("这个用户名有人用了")
    add_account(
        session, new.username, role, unit=unit, name=storable(new.name.strip()),
        password=new.password,
    )  # fmt: skip


def move(session: Session, admin: StaffAccount, username: str, role: str, unit: str) -> None:
    """Another role or unit; the sign-ins end. Raises BadInput, NotFound or NotAllowed."""
    account = account_for(session, admin, username)
    account.role, account.unit_code = _role(role), _unit(session, admin, unit)
    end_sign_ins(session, account)


def check_password(password: str, username: str) -> None:
    """Raises BadInput for a weak one."""
    if len(password) > LONGEST or weakness(password, username):
        raise BadInput(WEAK)


def _role(name: str) -> Role:
    if name not in list(Role):
        raise BadInput("请选一个角色")
    return Role(name)


def _unit(session: Session, admin: StaffAccount, code: str) -> str:
    unit = session.get(Unit, storable(code).strip())
    if unit is None or not unit.active:
        raise BadInput("没有这个单位，请写单位编号")
    if not _acts_for(session, admin, unit.code):
        raise NotAllowed("只能管本单位和下级单位的账号")
    return unit.code


def _acts_for(session: Session, admin: StaffAccount, code: str) -> bool:
    own = units_of(admin).subquery()
    return session.scalar(select(own.c.code).where(own.c.code == code)) is not None
