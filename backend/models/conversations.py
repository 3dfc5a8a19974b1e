"""Table of conversations."""

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
    """The owner of a conversation answers the resident's next message."""

    BOT = "bot"
    QUEUE = "queue"
    STAFF = "staff"


class Conversation(Base):
    """The chat with one channel account, its owner and its leases.

    `turn_leased_until` and `push_leased_until` keep two workers from claiming the same
    conversation; `turn_lease` shows a late worker that its lease is lost.
    """

    __tablename__ = "conversations"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("channel_accounts.id"), unique=True)
    owner: Mapped[str] = mapped_column(default=Owner.BOT, index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff_accounts.id"))
    queued_at: Mapped[datetime | None]
    queue_reason: Mapped[str | None]
    queue_code: Mapped[str | None]  # `vocabulary.queue_codes.QueueCode`
    # The unit that a colleague has handed the chat to
    queue_unit: Mapped[str | None] = mapped_column(ForeignKey("units.code"))
    unanswered_since: Mapped[datetime | None]  # by the staff who have it
    turn_lease: Mapped[int] = mapped_column(BigInteger, default=0)
    turn_leased_until: Mapped[datetime | None]
    push_leased_until: Mapped[datetime | None]
    last_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    # The dialogue's state, one record with a version: `dialogue.state`. It includes the draft of
    # an appeal, which expires 12 hours after the last message.
    state: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    # The case whose unit wrote to the resident last, and when: their next words answer it.
    asked_case_no: Mapped[str | None]
    asked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    account: Mapped[ChannelAccount] = relationship(lazy="joined", innerjoin=True)
    staff: Mapped[StaffAccount | None] = relationship()


class ChatNote(Base):
    """What staff note in a chat for each other."""

    __tablename__ = "chat_notes"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_accounts.id"))
    text: Mapped[str]
    at: Mapped[datetime]
    staff: Mapped[StaffAccount] = relationship(lazy="joined", innerjoin=True)


class ReplyDraft(Base):
    """A reply that a member of staff has not sent yet; deleted seven days after the last change."""

    __tablename__ = "reply_drafts"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_accounts.id"), primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    text: Mapped[str]
    saved_at: Mapped[datetime]


class ChatMarks(Base):
    """What the resident's page said of a chat that staff have; places are those of the outbox."""

    __tablename__ = "chat_marks"

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    got_seq: Mapped[int] = mapped_column(BigInteger)  # the newest message that the page has
    read_seq: Mapped[int] = mapped_column(BigInteger)  # the newest that stood on a visible page
    typing_until: Mapped[datetime | None]


class ChatViewer(Base):
    """A member of staff with the chat on the screen; deleted a day after the last look."""

    __tablename__ = "chat_viewers"

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_accounts.id"), primary_key=True)
    seen_at: Mapped[datetime]
    typing_until: Mapped[datetime | None]
    staff: Mapped[StaffAccount] = relationship(lazy="joined", innerjoin=True)
