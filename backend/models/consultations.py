"""Tables of consultations (问计于民): a question to residents, and one voice of each."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base


class Consultation(Base):
    """A question with choices, or free words, or both (S92)."""

    __tablename__ = "consultations"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    body: Mapped[str]  # what it is about, for residents
    choices: Mapped[list[str]] = mapped_column(JSONB)
    takes_words: Mapped[bool]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    closed_at: Mapped[datetime | None]  # before its time, by staff
    published_at: Mapped[datetime | None]  # the results
    conclusion: Mapped[str | None]  # what was done with the voices


class ConsultationVoice(Base):
    """What one resident said; a later answer replaces it while the consultation is open."""

    __tablename__ = "consultation_voices"
    __table_args__ = (UniqueConstraint("consultation_id", "resident_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id"))
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), index=True)
    choice: Mapped[int | None]  # its place among the choices
    words: Mapped[str | None]
    channel: Mapped[str]  # of the chat, or `page`
    at: Mapped[datetime]
