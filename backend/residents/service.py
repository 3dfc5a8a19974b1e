"""One person on several channels, joined by a one-time code."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.call_backs.models import CallBack
from backend.cases.models import Case
from backend.errors import BadInput
from backend.residents.models import ChannelAccount, LinkCode, Resident

LINK_CODE_LIFE = timedelta(minutes=10)
LINK_CODE_DIGITS = 8


def account_for(
    session: Session, channel: str, external_id: str, *, scene: str | None, now: datetime
) -> ChannelAccount:
    """The account, made with a new resident when this is their first contact."""
    found = _find_account(session, channel, external_id)
    if found:
        return found
    resident = Resident(created_at=now)
    session.add(resident)
    session.flush()
    # Two first messages may arrive at once; the second then finds the first one's account.
    session.execute(
        insert(ChannelAccount)
        .values(
            resident_id=resident.id,
            channel=channel,
            external_id=external_id,
            scene=scene,
            created_at=now,
        )
        .on_conflict_do_nothing()
    )
    account = _find_account(session, channel, external_id)
    assert account is not None
    if account.resident_id != resident.id:
        session.delete(resident)
    return account


def _find_account(session: Session, channel: str, external_id: str) -> ChannelAccount | None:
    return session.scalar(
        select(ChannelAccount).where(
            ChannelAccount.channel == channel, ChannelAccount.external_id == external_id
        )
    )


def make_link_code(session: Session, resident_id: int, *, now: datetime) -> str:
    """Digits to type on the other channel within ten minutes; only their hash is kept."""
    code = "".join(secrets.choice("0123456789") for _ in range(LINK_CODE_DIGITS))
    session.add(
        LinkCode(code_hash=_hash(code), resident_id=resident_id, expires_at=now + LINK_CODE_LIFE)
    )
    return code


def link_account(session: Session, account: ChannelAccount, code: str, *, now: datetime) -> None:
    """Join `account` to the resident who asked for `code`. Raises BadInput for a bad code."""
    link = session.get(LinkCode, _hash(code), with_for_update=True)
    if link is None or link.used_at or link.expires_at < now:
        raise BadInput("这个绑定码不对，或者已经过期了。")
    link.used_at = now
    left = account.resident_id
    if left == link.resident_id:
        return
    session.execute(
        update(ChannelAccount)
        .where(ChannelAccount.resident_id == left)
        .values(resident_id=link.resident_id)
    )
    for theirs in (Case, CallBack):
        session.execute(
            update(theirs).where(theirs.resident_id == left).values(resident_id=link.resident_id)
        )
    _keep_profile(session.get_one(Resident, left), session.get_one(Resident, link.resident_id))
    session.expire(account)


def _keep_profile(left: Resident, joined: Resident) -> None:
    """What they said of themselves on the one account is true of the person."""
    if joined.elder_mode is None:
        joined.elder_mode = left.elder_mode
    if left.care_agreed_at:
        note_care(joined, left.care, now=left.care_agreed_at)
    joined.phone = joined.phone or left.phone


def save_phone(session: Session, resident_id: int, phone: str) -> None:
    session.execute(update(Resident).where(Resident.id == resident_id).values(phone=phone))


def set_elder_mode(resident: Resident, *, on: bool) -> None:
    resident.elder_mode = on


def note_care(resident: Resident, needs: Sequence[str], *, now: datetime) -> None:
    """What they said of themselves and have agreed to have noted."""
    resident.care = sorted({*resident.care, *needs})
    resident.care_agreed_at = now


def forget_care(resident: Resident) -> None:
    resident.care, resident.care_agreed_at = [], None


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
