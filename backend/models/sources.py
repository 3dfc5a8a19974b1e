"""Tables of other systems that send cases: keys, intakes, records, rejects."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.database import Base
from backend.models.cases import Case


class SourceKey(Base):
    """A source's API key; only its hash is stored."""

    __tablename__ = "source_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    source_code: Mapped[str] = mapped_column(index=True)
    prefix: Mapped[str] = mapped_column(unique=True)  # its first characters, to identify it
    key_hash: Mapped[str]
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class SourceIntake(Base):
    """One imported file, or the cases that a source pushed on one day."""

    __tablename__ = "source_intakes"
    __table_args__ = (Index("ix_source_intakes_source_code_last_at", "source_code", "last_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_code: Mapped[str]
    via: Mapped[str]  # import or push
    file_name: Mapped[str | None]
    begun_at: Mapped[datetime]
    last_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # of an import; None while it runs or after it broke off
    taken: Mapped[int] = mapped_column(default=0)
    repeated: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)


KEY = "source:"  # prefix of the idempotency keys of cases from other systems


class SourceRecord(Base):
    """A case as its source recorded it: number, time, and additional fields."""

    __tablename__ = "source_records"
    __table_args__ = (
        UniqueConstraint("source_code", "original_no"),
        Index("ix_source_records_number_key", "number_key", "source_code"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    source_code: Mapped[str]
    original_no: Mapped[str] = mapped_column(index=True)  # as first written
    number_key: Mapped[str]  # `number_key` of it, by which rows are compared
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), unique=True)
    intake_id: Mapped[int] = mapped_column(ForeignKey("source_intakes.id"), index=True)
    registered_at: Mapped[datetime]
    # Fields under the source's own names: status, channel and whatever else it stores.
    as_given: Mapped[dict[str, Any]] = mapped_column(JSONB)
    # State, outcome and reply as last sent; None for rows from before these were compared.
    sent: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    case: Mapped[Case] = relationship()


class SourceReject(Base):
    """Why a row was rejected. The row itself is not stored: the source has it."""

    __tablename__ = "source_rejects"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    intake_id: Mapped[int] = mapped_column(ForeignKey("source_intakes.id"), index=True)
    line: Mapped[int | None]  # in the file; for a push, the place in the list
    original_no: Mapped[str | None]
    field: Mapped[str]
    why: Mapped[str]
    at: Mapped[datetime]
