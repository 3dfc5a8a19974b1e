"""Tables of messages in and out, their files and their notices."""

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
    """A resident's message, stored before the channel gets its acknowledgement."""

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
    external_id: Mapped[
        str
    ]  # account and number: Telegram's update_id, WeChat's MsgId, the web chat's message_id
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)  # `vocabulary.messages.Body`
    sent_at: Mapped[datetime]
    received_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    handled_by: Mapped[str | None]  # bot, rules, staff, queue
    waits_until: Mapped[datetime | None]  # for its files; later messages wait with it
    is_urgent: Mapped[bool] = mapped_column(default=False)  # does not wait for files
    conversation: Mapped[Conversation] = relationship(lazy="joined", innerjoin=True)


class Source(StrEnum):
    """The sender of an outgoing message; `from` in the API."""

    BOT = "bot"
    STAFF = "staff"
    SYSTEM = "system"


class Delivery(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    HELD = "held"  # not deliverable now; sent after the resident's next message
    GAVE_UP = "gave_up"  # not deliverable; `problem` tells staff why


class OutboxMessage(Base):
    """A message to a resident. `seq`, its place in the chat, is set when it is sent."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        Index("ix_outbox_pending", "due_at", postgresql_where=text("status = 'pending'")),
        Index("ix_outbox_unsent", "status", postgresql_where=text("status <> 'sent'")),
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
    parts_sent: Mapped[int] = mapped_column(default=0)  # of a text that is too long for one message
    # When the answer to the resident's request carried it or its first part: `messaging.passive`.
    taken_at: Mapped[datetime | None]
    held_at: Mapped[datetime | None]  # since when it waits for the resident's next contact
    # It was refused in one message with others, any of which may be the cause.
    goes_alone: Mapped[bool] = mapped_column(default=False, server_default=false())
    seq: Mapped[int | None] = mapped_column(BigInteger)
    sent_at: Mapped[datetime | None]
    problem: Mapped[str | None]  # why the last attempt failed, for staff
    conversation: Mapped[Conversation] = relationship()


class VoiceOwed(Base):
    """A reply whose text is sent and whose speech is still to be sent."""

    __tablename__ = "voices_owed"

    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"), primary_key=True)
    asked_at: Mapped[datetime]
    message: Mapped[OutboxMessage] = relationship()


class ReplyWindow(Base):
    """The messages that a contact allows on a channel with quotas: `messaging.quota`."""

    __tablename__ = "reply_windows"

    account_id: Mapped[int] = mapped_column(ForeignKey("channel_accounts.id"), primary_key=True)
    contact: Mapped[str] = mapped_column(primary_key=True)
    opened_at: Mapped[datetime]
    spent: Mapped[list[datetime]] = mapped_column(ARRAY(DateTime(timezone=True)))


class Attachment(Base):
    """A photo, video, voice note or other file; its digest names the stored bytes.

    It belongs to a resident's message, or to the event of a field visit.
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
    transcript: Mapped[dict[str, Any] | None] = mapped_column(JSONB)  # see `Transcript`
    erased_at: Mapped[datetime | None]  # the bytes are erased: recordings have a retention time


class TranscriptCorrection(Base):
    """A transcript before and after staff corrected it by the recording; kept for learning."""

    __tablename__ = "transcript_corrections"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    inbox_id: Mapped[int] = mapped_column(ForeignKey("inbox.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_accounts.id"))
    before: Mapped[str]
    after: Mapped[str]
    at: Mapped[datetime]


class Stage(StrEnum):
    FETCH = "fetch"
    HEAR = "hear"
    DONE = "done"


class FileJob(Base):
    """The work left on the files of a message: fetching, then transcribing."""

    __tablename__ = "file_jobs"
    __table_args__ = (
        Index("ix_file_jobs_due", "stage", "due_at", postgresql_where=text("stage <> 'done'")),
    )

    inbox_id: Mapped[int] = mapped_column(ForeignKey("inbox.id"), primary_key=True)
    stage: Mapped[str]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)  # at this stage
    problem: Mapped[str | None]  # why the work was given up
    message: Mapped[InboxMessage] = relationship()


class NoticeGiven(Base):
    """A template message that announces waiting messages, with its delivery report."""

    __tablename__ = "notices_given"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), index=True)
    number: Mapped[str | None]  # the message id in the service's delivery report
    given_at: Mapped[datetime]
    problem: Mapped[str | None]  # why it did not arrive
    again_at: Mapped[datetime | None]  # when the next attempt is due
    conversation: Mapped[Conversation] = relationship()
