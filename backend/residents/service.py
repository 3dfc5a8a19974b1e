"""Residents, as their channels know them; see `linking` for one on several channels."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.models.residents import ChannelAccount, Resident


def account_for(
    session: Session, channel: str, external_id: str, *, scene: str | None, now: datetime
) -> ChannelAccount:
    """The account, made with a new resident when this is their first contact."""
    found = find_account(session, channel, external_id)
    if found:
        return found
    resident = Resident(created_at=now)
    session.add(resident)
    session.flush()
    # Two first messages may arrive at once; the second then finds the first one's account.
    session.execute(
        _ACCOUNT,
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
    return session.scalar(_KNOWN_AS, {"channel": channel, "external_id": external_id})


_ACCOUNT = insert(ChannelAccount.__table__).on_conflict_do_nothing()  # type: ignore[arg-type]
_KNOWN_AS = select(ChannelAccount).where(
    ChannelAccount.channel == bindparam("channel"),
    ChannelAccount.external_id == bindparam("external_id"),
)


def keep_profile(left: Resident, joined: Resident) -> None:
    """What they said of themselves on the one account is true of the person."""
    if joined.elder_mode is None:
        joined.elder_mode = left.elder_mode
    if left.care_agreed_at:
        note_care(joined, left.care, now=left.care_agreed_at)
    joined.phone = joined.phone or left.phone


def save_phone(resident: Resident, phone: str) -> None:
    resident.phone = phone


def forget_phone(resident: Resident) -> None:
    resident.phone = None


def set_elder_mode(resident: Resident, *, on: bool) -> None:
    resident.elder_mode = on


def note_care(resident: Resident, needs: Sequence[str], *, now: datetime) -> None:
    """What they said of themselves and have agreed to have noted."""
    resident.care = sorted({*resident.care, *needs})
    resident.care_agreed_at = now


def forget_care(resident: Resident) -> None:
    resident.care, resident.care_agreed_at = [], None
