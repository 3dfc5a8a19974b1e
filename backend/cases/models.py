from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.cases.lifecycle import Status
from backend.database import Base
from backend.residents.models import Resident
from backend.routing.models import Unit


class Case(Base):
    """The record of one appeal. `status` is written by `cases.service` alone."""

    __tablename__ = "cases"
    __table_args__ = (Index("ix_cases_status_resolve_by", "status", "resolve_by"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_no: Mapped[str] = mapped_column(unique=True)
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), index=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    source_channel: Mapped[str]
    status: Mapped[str] = mapped_column(default=Status.REGISTERED)
    kind: Mapped[str]
    domain: Mapped[str | None]
    power_item_code: Mapped[str | None]
    text: Mapped[str]
    location: Mapped[dict[str, Any]] = mapped_column(JSONB)  # text, district, street, community
    routing: Mapped[dict[str, Any]] = mapped_column(JSONB)  # evidence, confidence, runner_up
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"), index=True)
    first_contact_owner: Mapped[str | None] = mapped_column(ForeignKey("units.code"))
    respond_by: Mapped[datetime]
    resolve_by: Mapped[datetime]
    round: Mapped[int] = mapped_column(default=1)
    registered_at: Mapped[datetime] = mapped_column(index=True)
    accepted_at: Mapped[datetime | None]
    held_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    extended_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    overdue_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    outcome_text: Mapped[str | None]
    resident: Mapped[Resident] = relationship()
    unit: Mapped[Unit | None] = relationship(foreign_keys=[unit_code])
    first_owner: Mapped[Unit | None] = relationship(foreign_keys=[first_contact_owner])
    events: Mapped[list["CaseEvent"]] = relationship(order_by="CaseEvent.id")


class CaseEvent(Base):
    """One line of a case's log; never changed."""

    __tablename__ = "case_events"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    at: Mapped[datetime]
    actor: Mapped[str]  # resident, router, system, or staff:USERNAME
    actor_name: Mapped[str]  # as it is shown to people
    action: Mapped[str]
    from_status: Mapped[str | None]
    to_status: Mapped[str | None]  # None for a fact that changes no status
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)


class CaseNumber(Base):
    """How many cases a day has had; the row's lock hands out numbers one by one."""

    __tablename__ = "case_numbers"

    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int]
