"""Tables of campaigns, consultations and briefs: what the city asks, promises and reports."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.database import Base
from backend.models.units import Unit


class Campaign(Base):
    """A collection of cases by a filter, with an owner, a target and a date (S61)."""

    __tablename__ = "campaigns"
    __table_args__ = (CheckConstraint("target BETWEEN 1 AND 100", name="target_range"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    purpose: Mapped[str]  # for residents
    filters: Mapped[dict[str, Any]] = mapped_column(JSONB)  # by dimension, and `words`
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    target: Mapped[int]  # per cent of the cases that are settled by the date
    first: Mapped[date]
    due: Mapped[date]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    published_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    conclusion: Mapped[str | None]
    unit: Mapped[Unit] = relationship()
