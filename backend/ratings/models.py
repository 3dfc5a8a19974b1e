from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base


class Rating(Base):
    """What a resident thinks of one round of handling; one a round, theirs alone."""

    __tablename__ = "ratings"
    __table_args__ = (
        UniqueConstraint("case_id", "round"),
        CheckConstraint("score BETWEEN 1 AND 5", name="score_range"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    round: Mapped[int]
    score: Mapped[int]
    reason: Mapped[str | None]
    rated_at: Mapped[datetime]
