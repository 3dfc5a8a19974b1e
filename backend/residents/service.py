"""Residents and their channel accounts; `linking` joins accounts of several channels."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.models.residents import ChannelAccount, Resident


def account_for(
    session: Session, channel: str, external_id: str, *, scene: str | None, now: datetime
) -> ChannelAccount:
    """The account; created with a new resident on the first contact."""
    existing = find_account(session, channel, external_id)
    if existing:
        return existing
    resident = Resident(created_at=now)
    session.add(resident)
    session.flush()
    # Two first messages may arrive at once; the second then uses the account of the first.
    session.execute(
        _INSERT_ACCOUNT,
        {
            "resident_id": resident.id,
            "channel": channel,
            "external_id": external_id,
            "scene": scene,
            "link_tries": 0,
            "created_at": now,
        },
    )
    account = find_account(session, channel, external_id)
    assert account is not None
    if account.resident_id != resident.id:
        session.delete(resident)
    return account


def find_account(session: Session, channel: str, external_id: str) -> ChannelAccount | None:
    return session.scalar(_FIND_ACCOUNT, {"channel": channel, "external_id": external_id})


_INSERT_ACCOUNT = insert(
    ChannelAccount.__table__  # type: ignore[arg-type]
).on_conflict_do_nothing()
_FIND_ACCOUNT = select(ChannelAccount).where(
    ChannelAccount.channel == bindparam("channel"),
    ChannelAccount.external_id == bindparam("external_id"),
)


def merge_profile(old: Resident, new: Resident) -> None:
    """Add the care needs of `old` to `new`; copy elder mode and phone if missing there."""
    if new.elder_mode is None:
        new.elder_mode = old.elder_mode
    if old.care_agreed_at:
        note_care(new, old.care, now=old.care_agreed_at)
    new.phone = new.phone or old.phone


def save_phone(resident: Resident, phone: str) -> None:
    resident.phone = phone


def forget_phone(resident: Resident) -> None:
    resident.phone = None


def set_elder_mode(resident: Resident, *, on: bool) -> None:
    resident.elder_mode = on


def note_care(resident: Resident, needs: Sequence[str], *, now: datetime) -> None:
    """Add care needs that the resident mentioned and agreed to have noted."""
    resident.care = sorted({*resident.care, *needs})
    resident.care_agreed_at = now


def forget_care(resident: Resident) -> None:
    resident.care, resident.care_agreed_at = [], None
