from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.database import Base
from backend.models.residents import ChannelAccount
from backend.models.staff import StaffAccount


class Owner(StrEnum):
    """Who answers the resident's next message."""

    BOT = "bot"
    QUEUE = "queue"
    STAFF = "staff"


class Conversation(Base):
    """The one chat with one channel account, and who may touch it now.

    `turn_leased_until` and `push_leased_until` keep two workers from taking the same
    conversation; `turn_lease` tells a worker that came late that it has lost it.
    """

    __tablename__ = "conversations"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("channel_accounts.id"), unique=True)
    owner: Mapped[str] = mapped_column(default=Owner.BOT, index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_accounts.id"))
    queued_at: Mapped[datetime | None]
    queue_reason: Mapped[str | None]
    turn_lease: Mapped[int] = mapped_column(BigInteger, default=0)
    turn_leased_until: Mapped[datetime | None]
    push_leased_until: Mapped[datetime | None]
    last_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    # What the dialogue waits for, one record with a version: `dialogue.state`. It holds words of
    # an appeal in the making; 12 hours after the last message they are put aside, and replaced
    # by the next.
    state: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    created_at: Mapped[datetime]
    account: Mapped[ChannelAccount] = relationship(lazy="joined", innerjoin=True)
    staff: Mapped[StaffAccount | None] = relationship()
