"""The table of what a brief promised, and what became of it."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.database import Base
from backend.models.units import Unit


class BriefPromise(Base):
    """One promise made from the brief of a period (S94)."""

    __tablename__ = "brief_promises"

    id: Mapped[int] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(index=True)  # of the brief that it was made from
    text: Mapped[str]
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    due: Mapped[date]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    outcome: Mapped[str | None]  # done, partly or failed
    outcome_text: Mapped[str | None]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None]
    unit: Mapped[Unit] = relationship()
