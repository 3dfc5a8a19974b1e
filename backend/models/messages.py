from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.database import Base
from backend.models.conversations import Conversation


class InboxMessage(Base):
    """What a resident sent, kept before the channel is told that we have it."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        Index("ix_inbox_pending", "id", postgresql_where=text("done_at IS NULL")),
        Index(
            "ix_inbox_waiting",
            "conversation_id",
            postgresql_where=text("done_at IS NULL AND waits_until IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), index=True)
    channel: Mapped[str]
    external_id: Mapped[str]  # unique in the channel: Telegram's update_id, the page's message_id
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)  # see bot.messages.Incoming
    sent_at: Mapped[datetime]
    received_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    handled_by: Mapped[str | None]  # bot, rules, staff, queue
    waits_until: Mapped[datetime | None]  # for its files, and what follows waits with it
    is_urgent: Mapped[bool] = mapped_column(default=False)  # waits for nothing
    conversation: Mapped[Conversation] = relationship(lazy="joined", innerjoin=True)


class Source(StrEnum):
    """Who speaks in an outgoing message; the contract's `from`."""

    BOT = "bot"
    STAFF = "staff"
    SYSTEM = "system"


class Delivery(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    HELD = "held"  # cannot reach them now; goes out when they next write
    GAVE_UP = "gave_up"  # the channel will never take it; staff are shown why


class OutboxMessage(Base):
    """What we owe a resident. `seq` is given when it is sent: its place in the chat."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        Index("ix_outbox_pending", "due_at", postgresql_where=text("status = 'pending'")),
        Index("ix_outbox_conversation_id_id", "conversation_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    case_no: Mapped[str | None]
    source: Mapped[str]
    text: Mapped[str]
    buttons: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    dedupe_key: Mapped[str | None] = mapped_column(unique=True)
    status: Mapped[str] = mapped_column(default=Delivery.PENDING)
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    parts_sent: Mapped[int] = mapped_column(default=0)  # of a text too long for one message
    # When the resident's own request carried it, or its first part, back: see passive_replies.
    taken_at: Mapped[datetime | None]
    held_at: Mapped[datetime | None]  # it had to wait for the resident's next contact
    # It was refused in one message with others: which of them spoilt it is not known.
    goes_alone: Mapped[bool] = mapped_column(default=False, server_default=false())
    seq: Mapped[int | None] = mapped_column(BigInteger)
    sent_at: Mapped[datetime | None]
    problem: Mapped[str | None]  # why the last attempt failed, in words for staff
    conversation: Mapped[Conversation] = relationship()


class VoiceOwed(Base):
    """A reply whose text was sent, and which is still to be read aloud."""

    __tablename__ = "voices_owed"

    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"), primary_key=True)
    asked_at: Mapped[datetime]
    message: Mapped[OutboxMessage] = relationship()


class ReplyWindow(Base):
    """What a contact lets us say on a channel with quotas. See messaging.quota."""

    __tablename__ = "reply_windows"

    account_id: Mapped[int] = mapped_column(ForeignKey("channel_accounts.id"), primary_key=True)
    contact: Mapped[str] = mapped_column(primary_key=True)
    opened_at: Mapped[datetime]
    spent: Mapped[list[datetime]] = mapped_column(ARRAY(DateTime(timezone=True)))


class Attachment(Base):
    """A photo, video, voice note or other file; the bytes stand under their digest.

    A resident's came with a message; what staff bring back from a visit came with its event.
    """

    __tablename__ = "attachments"
    __table_args__ = (
        UniqueConstraint("inbox_id", "digest"),
        CheckConstraint("(inbox_id IS NULL) <> (event_id IS NULL)", name="comes_with_one"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    inbox_id: Mapped[int | None] = mapped_column(ForeignKey("inbox.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("case_events.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    digest: Mapped[str]  # SHA-256, hexadecimal
    media_type: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    transcript: Mapped[dict[str, Any] | None] = mapped_column(JSONB)  # messages.Transcript
    erased_at: Mapped[datetime | None]  # the bytes are gone: recordings are kept for a set time


class Stage(StrEnum):
    FETCH = "fetch"
    HEAR = "hear"
    DONE = "done"


class FileJob(Base):
    """What is still to be done with the files of a message before its turn, or after it."""

    __tablename__ = "file_jobs"
    __table_args__ = (
        Index("ix_file_jobs_due", "stage", "due_at", postgresql_where=text("stage <> 'done'")),
    )

    inbox_id: Mapped[int] = mapped_column(ForeignKey("inbox.id"), primary_key=True)
    stage: Mapped[str]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)  # at this stage
    problem: Mapped[str | None]  # why it was given up
    message: Mapped[InboxMessage] = relationship()


class NoticeGiven(Base):
    """A template message said that something waits, and nobody knows yet whether it arrived."""

    __tablename__ = "notices_given"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), index=True)
    number: Mapped[str | None]  # the service's own, by which it reports
    given_at: Mapped[datetime]
    problem: Mapped[str | None]  # it did not arrive
    again_at: Mapped[datetime | None]  # when another is to be tried
    conversation: Mapped[Conversation] = relationship()
