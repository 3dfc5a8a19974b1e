"""The units that cases go to, and the models of past cases that help to choose them."""

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
    working_hours: Mapped[str] = mapped_column(default="")  # its own, else the city's
    deputies: Mapped[str] = mapped_column(
        default=""
    )  # who stands in: names they sign in with, and | between
    population: Mapped[int | None]  # of its area, from the census
    checked: Mapped[date | None]  # when somebody last looked whether all this is so


class RoutingModel(Base):
    """A model of past cases that `minhu learn` made; never changed once it is kept."""

    __tablename__ = "routing_models"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    digest: Mapped[str]  # of `packed`: what a process knows its own copy by
    packed: Mapped[bytes]
    cases: Mapped[int]  # of the city's own, that it was learnt from
    report: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    added_at: Mapped[datetime]


class ModelSwitch(Base):
    """One line of the ledger of models; the last one says what is in use.

    `model_id` None is the model that Minhu comes with. `replay` is what was seen before a model
    was switched on; None is a switch back, which asks for no replay.
    """

    __tablename__ = "model_switches"

    id: Mapped[int] = mapped_column(primary_key=True)
    model_id: Mapped[int | None] = mapped_column(ForeignKey("routing_models.id"))
    replay: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    at: Mapped[datetime]
    by: Mapped[str]
