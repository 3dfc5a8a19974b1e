"""Table of the calendars that deadlines were computed with."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base


class CalendarVersion(Base):
    """A calendar that the deadlines of all open cases follow; the last row is the one in use."""

    __tablename__ = "calendar_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[str]
    at: Mapped[datetime]
    cases: Mapped[int]  # open cases then
    moved: Mapped[int]  # cases whose deadlines it changed
