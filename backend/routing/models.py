"""The units that cases go to."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base


class Unit(Base):
    __tablename__ = "units"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    tier: Mapped[str]
    unit_type: Mapped[str]
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"), index=True)
    area_code: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
