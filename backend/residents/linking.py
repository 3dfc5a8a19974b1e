"""One person on several channels, joined by a one-time code, and parted again."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, delete, func, select, text, update
from sqlalchemy.orm import Session

from backend.database import Base
from backend.errors import BadInput
from backend.models.cases import Case
from backend.models.conversations import Conversation
from backend.models.residents import ChannelAccount, LinkCode, Resident
from backend.residents.service import keep_profile

CODE_LIFE = timedelta(minutes=10)
CODE_DIGITS = 8
MOST_TRIES = 5  # wrong ones in a row, from one account
LOCKED = timedelta(hours=1)
WRONG_CODE = "这个绑定码不对，或者已经过期了。请在另一个聊天里回“绑定”，重新要一个。"
TOO_MANY_TRIES = "输错太多次了，请过一个小时再试。"
_LOCK = 8_240_004  # of PostgreSQL's advisory locks: two people are joined or parted at a time


def make_code(session: Session, resident_id: int, *, now: datetime) -> str:
    """Digits to type on the other channel within ten minutes; only their hash is kept.

    It takes the place of an earlier one: each code that lives is one more to be guessed.
    """
    session.execute(
        delete(LinkCode).where(LinkCode.resident_id == resident_id, LinkCode.used_at.is_(None))
    )
    code = "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))
    session.add(
        LinkCode(code_hash=_hash(code), resident_id=resident_id, expires_at=now + CODE_LIFE)
    )
    return code


def link(session: Session, account: ChannelAccount, code: str, *, now: datetime) -> bool:
    """Join `account` to the resident who asked for `code`; False when they were joined already.

    Whoever `account` belonged to comes along with all that is theirs. Raises BadInput for a bad
    code, and counts it.
    """
    _one_at_a_time(session)
    if account.link_locked_until and account.link_locked_until > now:
        raise BadInput(TOO_MANY_TRIES)
    found = session.get(LinkCode, _hash(code), with_for_update={"key_share": True})
    if found and found.used_by == account.id:
        return True  # the same turn, taken again after a crash
    if found is None or found.used_at or found.expires_at < now:
        raise BadInput(_count_wrong(account, now))
    account.link_tries, account.link_locked_until = 0, None
    found.used_at, found.used_by = now, account.id
    session.flush()
    left, joined = account.resident_id, found.resident_id
    if left == joined:
        return False
    _lock_residents(session, left, joined)
    _move_all(session, left, joined)
    session.expire(account)
    return True


def _count_wrong(account: ChannelAccount, now: datetime) -> str:
    account.link_tries += 1
    if account.link_tries < MOST_TRIES:
        return WRONG_CODE
    account.link_tries, account.link_locked_until = 0, now + LOCKED
    return TOO_MANY_TRIES


def _move_all(session: Session, left: int, joined: int) -> None:
    """Everything that names the resident `left` names `joined`; then nobody is left there."""
    keep_profile(_read_anew(session, left), _read_anew(session, joined))
    session.flush()
    for column in _names_of_residents():
        session.execute(update(column.table).where(column == left).values({column: joined}))
    session.execute(delete(Resident).where(Resident.id == left))


def _read_anew(session: Session, resident_id: int) -> Resident:
    return session.get_one(Resident, resident_id, populate_existing=True)


def _names_of_residents() -> list[Column[Any]]:
    """The columns of every table that refer to a resident, those of later features too."""
    return [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(key.column.table is Resident.__table__ for key in column.foreign_keys)
    ]


def unlink(session: Session, chat: Conversation, *, now: datetime) -> bool:
    """Part this chat, with the cases that were lodged in it. False when it stands alone."""
    _one_at_a_time(session)
    account = chat.account
    session.refresh(account)
    left = account.resident_id
    others = select(func.count()).where(
        ChannelAccount.resident_id == left, ChannelAccount.id != account.id
    )
    if not session.scalar(others):
        return False
    parted = Resident(created_at=now)
    session.add(parted)
    session.flush()
    _lock_residents(session, left, parted.id)
    account.resident_id, account.preferred_at = parted.id, None
    session.execute(
        update(Case)
        .where(Case.resident_id == left, Case.conversation_id == chat.id)
        .values(resident_id=parted.id)
    )
    return True


def _one_at_a_time(session: Session) -> None:
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def _lock_residents(session: Session, *ids: int) -> None:
    """A case that is being registered for one of them is waited for, and then moved too."""
    session.execute(
        select(Resident.id).where(Resident.id.in_(ids)).order_by(Resident.id).with_for_update()
    )


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
