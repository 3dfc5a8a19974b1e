"""Links a person's accounts on several channels by a one-time code, and unlinks them."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, delete, func, select, text, update
from sqlalchemy.orm import Session

from backend.database import Base
from backend.errors import BadInput
from backend.models.cases import Case
from backend.models.consultations import ConsultationVoice
from backend.models.conversations import Conversation
from backend.models.residents import ChannelAccount, LinkCode, Resident
from backend.residents.service import merge_profile
from backend.texts.linking import TOO_MANY_TRIES, WRONG_CODE
from backend.vocabulary.texts import Text

CODE_LIFE = timedelta(minutes=10)
CODE_DIGITS = 8
MOST_TRIES = 5  # wrong codes in a row from one account
LOCKED = timedelta(hours=1)
_LOCK = 8_240_004  # PostgreSQL advisory lock: one link or unlink at a time


class LinkRefused(BadInput):
    """The code does not link the chats; `text` tells the resident why."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.plain)
        self.text = text


def make_code(session: Session, resident_id: int, *, now: datetime) -> str:
    """Create a code to type on the other channel within ten minutes; only its hash is stored.

    An earlier code becomes invalid, because each valid code raises the chance of a lucky guess.
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
    """Merge the account's resident into the resident who requested `code`.

    Returns False if both are the same resident already. Raises LinkRefused for a wrong or expired
    code, which is counted, and while the account is locked.
    """
    _one_at_a_time(session)
    if account.link_locked_until and account.link_locked_until > now:
        raise LinkRefused(TOO_MANY_TRIES)
    link_code = session.get(LinkCode, _hash(code), with_for_update={"key_share": True})
    if link_code and link_code.used_by == account.id:
        return True  # the same turn, repeated after a crash
    if link_code is None or link_code.used_at or link_code.expires_at < now:
        raise LinkRefused(_count_wrong(account, now))
    account.link_tries, account.link_locked_until = 0, None
    link_code.used_at, link_code.used_by = now, account.id
    session.flush()
    old_id, new_id = account.resident_id, link_code.resident_id
    if old_id == new_id:
        return False
    _lock_residents(session, old_id, new_id)
    _move_all(session, old_id, new_id)
    session.expire(account)
    return True


def _count_wrong(account: ChannelAccount, now: datetime) -> Text:
    """Count a wrong code and return the text for the resident; locks after MOST_TRIES."""
    account.link_tries += 1
    if account.link_tries < MOST_TRIES:
        return WRONG_CODE
    account.link_tries, account.link_locked_until = 0, now + LOCKED
    return TOO_MANY_TRIES


def _move_all(session: Session, old_id: int, new_id: int) -> None:
    """Let every reference to the resident `old_id` refer to `new_id`, and delete `old_id`."""
    merge_profile(_refreshed(session, old_id), _refreshed(session, new_id))
    session.flush()
    _leave_one_voice(session, old_id, new_id)
    for column in _resident_columns():
        session.execute(update(column.table).where(column == old_id).values({column: new_id}))
    session.execute(delete(Resident).where(Resident.id == old_id))


def _leave_one_voice(session: Session, old_id: int, new_id: int) -> None:
    """One person has one voice in a consultation: that of `new_id` where both have one."""
    both = select(ConsultationVoice.consultation_id).where(ConsultationVoice.resident_id == new_id)
    session.execute(
        delete(ConsultationVoice).where(
            ConsultationVoice.resident_id == old_id, ConsultationVoice.consultation_id.in_(both)
        )
    )


def _refreshed(session: Session, resident_id: int) -> Resident:
    return session.get_one(Resident, resident_id, populate_existing=True)


def _resident_columns() -> list[Column[Any]]:
    """All columns that refer to a resident, found in the metadata so that none is forgotten."""
    return [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(key.column.table is Resident.__table__ for key in column.foreign_keys)
    ]


def unlink(session: Session, chat: Conversation, *, now: datetime) -> bool:
    """Move this chat and the cases lodged in it to a new resident.

    Returns False if the resident has no other account.
    """
    _one_at_a_time(session)
    account = chat.account
    session.refresh(account)
    old_id = account.resident_id
    others = select(func.count()).where(
        ChannelAccount.resident_id == old_id, ChannelAccount.id != account.id
    )
    if not session.scalar(others):
        return False
    new_resident = Resident(created_at=now)
    session.add(new_resident)
    session.flush()
    _lock_residents(session, old_id, new_resident.id)
    account.resident_id, account.preferred_at = new_resident.id, None
    session.execute(
        update(Case)
        .where(Case.resident_id == old_id, Case.conversation_id == chat.id)
        .values(resident_id=new_resident.id)
    )
    return True


def _one_at_a_time(session: Session) -> None:
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def _lock_residents(session: Session, *ids: int) -> None:
    """Wait for cases that are being registered for these residents, so that they move, too."""
    session.execute(
        select(Resident.id).where(Resident.id.in_(ids)).order_by(Resident.id).with_for_update()
    )


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
