from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.database import Base


class Resident(Base):
    """One person, whatever channels they write on."""

    __tablename__ = "residents"

    id: Mapped[int] = mapped_column(primary_key=True)
    phone: Mapped[str | None]
    name: Mapped[str | None]  # only where staff or a source took it down
    elder_mode: Mapped[bool | None]  # None: never chosen, so a voice note still switches it on
    # What they said of themselves (独居 …) and agreed to have noted: sensitive, see `care`.
    care: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default="[]")
    care_agreed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class ChannelAccount(Base):
    """How a resident is known on one channel, e.g. a Telegram chat id."""

    __tablename__ = "channel_accounts"
    __table_args__ = (UniqueConstraint("channel", "external_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), index=True)
    channel: Mapped[str]
    external_id: Mapped[str]
    scene: Mapped[str | None]  # the poster or deep link that brought them here
    blocked_at: Mapped[datetime | None]  # the channel refuses our messages until they write again
    preferred_at: Mapped[datetime | None]  # they asked for progress here; the newest wish holds
    link_tries: Mapped[int] = mapped_column(default=0, server_default="0")  # wrong ones in a row
    link_locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    resident: Mapped[Resident] = relationship(lazy="joined", innerjoin=True)


class LinkCode(Base):
    """A one-time code that joins a second channel account to a resident."""

    __tablename__ = "link_codes"

    code_hash: Mapped[str] = mapped_column(primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[int | None] = mapped_column(ForeignKey("channel_accounts.id"))
