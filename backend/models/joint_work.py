"""Tables of joint work on a case: tasks, whistles and the responses to them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.database import Base
from backend.models.units import Unit


class Task(Base):
    """A part of a case that a helping unit does, with its own deadline."""

    __tablename__ = "tasks"
    __table_args__ = (
        Index(
            "ix_tasks_running",
            "resolve_by",
            postgresql_where=text("ended_at IS NULL AND overdue_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"), index=True)
    text: Mapped[str]
    status: Mapped[str]
    resolve_by: Mapped[datetime]
    added_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    overdue_at: Mapped[datetime | None]
    result: Mapped[str | None]  # the result, or the reason of the cancellation
    unit: Mapped[Unit] = relationship()


class Whistle(Base):
    """A street's summons of departments to a case that it cannot solve alone."""

    __tablename__ = "whistles"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))  # the street's
    reason: Mapped[str]
    raised_at: Mapped[datetime]
    responses: Mapped[list["WhistleResponse"]] = relationship(order_by="WhistleResponse.id")


class WhistleResponse(Base):
    """A summoned department, and when it reported in."""

    __tablename__ = "whistle_responses"
    __table_args__ = (
        UniqueConstraint("whistle_id", "unit_code"),
        Index(
            "ix_whistle_responses_waiting",
            "respond_by",
            postgresql_where=text("responded_at IS NULL AND overdue_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    whistle_id: Mapped[int] = mapped_column(ForeignKey("whistles.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"), index=True)
    respond_by: Mapped[datetime]
    responded_at: Mapped[datetime | None]
    overdue_at: Mapped[datetime | None]
    text: Mapped[str | None]  # who comes, and with what
    unit: Mapped[Unit] = relationship()
