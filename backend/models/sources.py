"""What came from where, and who may send it."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.database import Base
from backend.models.cases import Case


class SourceKey(Base):
    """What a source proves itself with; only its hash is kept."""

    __tablename__ = "source_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    source_code: Mapped[str] = mapped_column(index=True)
    prefix: Mapped[str] = mapped_column(unique=True)  # its first characters, to tell keys apart
    key_hash: Mapped[str]
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class SourceIntake(Base):
    """One file that was imported, or what a source pushed on one day."""

    __tablename__ = "source_intakes"
    __table_args__ = (Index("ix_source_intakes_source_code_last_at", "source_code", "last_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_code: Mapped[str]
    via: Mapped[str]  # import or push
    file_name: Mapped[str | None]
    begun_at: Mapped[datetime]
    last_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # of an import; without it, it broke off or still runs
    taken: Mapped[int] = mapped_column(default=0)
    repeated: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)


KEY = "source:"  # how the key of a case that another system had first begins


class SourceRecord(Base):
    """What a case was called, and how it stood, where it came from."""

    __tablename__ = "source_records"
    __table_args__ = (UniqueConstraint("source_code", "original_no"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    source_code: Mapped[str]
    original_no: Mapped[str] = mapped_column(index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), unique=True)
    intake_id: Mapped[int] = mapped_column(ForeignKey("source_intakes.id"), index=True)
    registered_at: Mapped[datetime]
    # Under the source's own names and in its own words: status, channel, and what it keeps beside.
    as_given: Mapped[dict[str, Any]] = mapped_column(JSONB)
    case: Mapped[Case] = relationship()


class SourceReject(Base):
    """Why a row was not taken. The row itself is not kept: the source has it."""

    __tablename__ = "source_rejects"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    intake_id: Mapped[int] = mapped_column(ForeignKey("source_intakes.id"), index=True)
    line: Mapped[int | None]  # in the file; its place in the list, when it was pushed
    original_no: Mapped[str | None]
    field: Mapped[str]
    why: Mapped[str]
    at: Mapped[datetime]
