"""Residents, as their channels know them; see `linking` for one on several channels."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.residents.models import ChannelAccount, Resident


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


def save_phone(session: Session, resident_id: int, phone: str) -> None:
    session.execute(update(Resident).where(Resident.id == resident_id).values(phone=phone))
