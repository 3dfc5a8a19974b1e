"""Tables of ratings and of the notices of low ratings."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.database import Base
from backend.models.cases import Case
from backend.models.units import Unit
from backend.vocabulary.grades import NoticeState


class Rating(Base):
    """A resident's rating of one round of handling."""

    __tablename__ = "ratings"
    __table_args__ = (
        UniqueConstraint("case_id", "round"),
        CheckConstraint("score BETWEEN 1 AND 5", name="score_range"),
        Index(
            "ix_ratings_low",
            "case_id",
            "round",
            postgresql_where=text("score <= 2 OR solved IS FALSE"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int]
    score: Mapped[int]
    solved: Mapped[bool | None]  # the answer to 解决了吗; None without an answer
    reason: Mapped[str | None]
    reason_code: Mapped[str | None]  # `vocabulary.grades.LowReason`
    rated_at: Mapped[datetime]
    # The staff who took it down by phone, in the resident's words; None: given by the resident.
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("staff_accounts.id"))
    notice: Mapped["LowRatingNotice | None"] = relationship(back_populates="rating")


class LowRatingNotice(Base):
    """A notice of a low rating, which the unit above must acknowledge (S46)."""

    __tablename__ = "low_rating_notices"
    __table_args__ = (
        Index(
            "ix_low_rating_notices_waiting",
            "acknowledge_by",
            postgresql_where=text("acknowledged_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    rating_id: Mapped[int] = mapped_column(ForeignKey("ratings.id"), unique=True)
    round: Mapped[int]
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"), index=True)  # the rated unit
    to_unit: Mapped[str] = mapped_column(ForeignKey("units.code"), index=True)  # the unit above it
    sent_at: Mapped[datetime]
    acknowledge_by: Mapped[datetime]
    overdue_at: Mapped[datetime | None]  # marked by the sweep
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None]  # name of the staff
    text: Mapped[str | None]  # what the unit above will do
    case: Mapped[Case] = relationship()
    rating: Mapped[Rating] = relationship(back_populates="notice")
    unit: Mapped[Unit] = relationship(foreign_keys=[unit_code])
    superior: Mapped[Unit] = relationship(foreign_keys=[to_unit])

    @property
    def state(self) -> NoticeState:
        if self.acknowledged_at is not None:
            return NoticeState.ACKNOWLEDGED
        return NoticeState.LATE if self.overdue_at is not None else NoticeState.WAITING
