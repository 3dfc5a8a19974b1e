from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base


class CalendarVersion(Base):
    """A calendar that all open cases were reckoned with; the last line is the one in use."""

    __tablename__ = "calendar_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[str]
    at: Mapped[datetime]
    cases: Mapped[int]
    moved: Mapped[int]  # of them, whose deadlines were not the same before
