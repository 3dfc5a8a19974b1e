"""Tables of units and of the learnt routing models."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
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
    successor_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"))  # once it ended
    working_hours: Mapped[str] = mapped_column(default="")  # empty: the city's hours
    deputies: Mapped[str] = mapped_column(default="")  # usernames, separated by |
    population: Mapped[int | None]  # of its area, by the census
    checked: Mapped[date | None]  # when this row was last confirmed


class RoutingModel(Base):
    """A routing model that `minhu learn` made of past cases; never changed."""

    __tablename__ = "routing_models"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    digest: Mapped[str]  # of `packed`, to identify a loaded model
    packed: Mapped[bytes]
    cases: Mapped[int]  # number of past cases in its training data
    report: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    added_at: Mapped[datetime]


class ModelSwitch(Base):
    """A switch to another routing model; the last row names the model in use.

    `model_id` None is the built-in model. `replay` is the report shown before the switch; None
    marks a switch back, which needs no replay.
    """

    __tablename__ = "model_switches"

    id: Mapped[int] = mapped_column(primary_key=True)
    model_id: Mapped[int | None] = mapped_column(ForeignKey("routing_models.id"))
    replay: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    at: Mapped[datetime]
    by: Mapped[str]
