"""Tables of residents, their channel accounts and link codes."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.database import Base
from backend.sealed import Sealed


class Resident(Base):
    """One person, on all their channels."""

    __tablename__ = "residents"

    id: Mapped[int] = mapped_column(primary_key=True)
    phone: Mapped[str | None] = mapped_column(Sealed)
    name: Mapped[str | None] = mapped_column(Sealed)  # only where staff or a source recorded it
    elder_mode: Mapped[bool | None]  # None: never chosen, so a voice note switches it on
    # What they said of themselves (独居 …) and agreed to store; sensitive: `residents.care`.
    care: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default="[]")
    care_agreed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class ChannelAccount(Base):
    """A resident's account on one channel, e.g. a Telegram chat id."""

    __tablename__ = "channel_accounts"
    __table_args__ = (UniqueConstraint("channel", "external_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), index=True)
    channel: Mapped[str]
    external_id: Mapped[str]
    scene: Mapped[str | None]  # the poster or deep link that brought them here
    blocked_at: Mapped[datetime | None]  # messages are refused until the resident writes again
    preferred_at: Mapped[datetime | None]  # chosen for progress; the latest choice counts
    link_tries: Mapped[int] = mapped_column(default=0, server_default="0")  # wrong codes in a row
    link_locked_until: Mapped[datetime | None]
    notice_version: Mapped[str | None]  # of the privacy notice that was shown last
    notice_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    resident: Mapped[Resident] = relationship(lazy="joined", innerjoin=True)


class LinkCode(Base):
    """A one-time code that links a second channel account to a resident."""

    __tablename__ = "link_codes"

    code_hash: Mapped[str] = mapped_column(primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[int | None] = mapped_column(ForeignKey("channel_accounts.id"))
