"""Table of what administrators set on the console in place of a file of the city."""

from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base


class DeskSetting(Base):
    """One version of a setting; the last one counts, before the file in the data folder."""

    __tablename__ = "desk_settings"

    name: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)  # from 1 for each name
    content: Mapped[Any] = mapped_column(JSONB)
    at: Mapped[datetime]
    by: Mapped[str]  # username
