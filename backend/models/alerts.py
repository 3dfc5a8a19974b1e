"""Tables of alerts. They are kept for the review of thresholds; they hold no words of residents."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.database import Base
from backend.models.staff import StaffAccount


class Alert(Base):
    """An alert with its state; `alerts.life` has the steps."""

    __tablename__ = "alerts"
    __table_args__ = (
        Index("ix_alerts_going_on", "kind", postgresql_where=text("calm_at IS NULL")),
        Index("ix_alerts_state_raised_at", "state", "raised_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    state: Mapped[str]
    title: Mapped[str]
    # What a burst was counted over. An area is a district or a street; None is the whole city.
    area_code: Mapped[str | None]
    domain: Mapped[str | None]
    item_code: Mapped[str | None]
    # What an alert about a unit or a source is about.
    subject: Mapped[str | None] = mapped_column(index=True)
    raised_at: Mapped[datetime]
    raised_by: Mapped[str]  # an actor's key
    raised_by_name: Mapped[str]
    # Numbers with their usual values, the ids of the cases, the version of the thresholds.
    evidence: Mapped[dict[str, Any]] = mapped_column(JSONB)
    last_excess_at: Mapped[datetime]
    calm_at: Mapped[datetime | None]  # the cause is over; another may raise a new alert
    done: Mapped[list[str]] = mapped_column(JSONB)  # ticked lines of the checklist
    conclusion: Mapped[str | None]  # what it was


class AlertStep(Base):
    """A step of an alert; never changed."""

    __tablename__ = "alert_steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id"), index=True)
    action: Mapped[str]
    at: Mapped[datetime]
    actor: Mapped[str]
    actor_name: Mapped[str]
    text: Mapped[str]


class AlertSubscription(Base):
    """Alerts that a member of staff wants to be shown; deleted when they no longer do."""

    __tablename__ = "alert_subscriptions"
    __table_args__ = (UniqueConstraint("staff_id", "kind", "area_code", "domain"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_accounts.id"))
    # The empty text is any.
    kind: Mapped[str]
    area_code: Mapped[str]
    domain: Mapped[str]


class AlertReceipt(Base):
    """Receipt of an alert on a subscriber's desk: delivered at, opened at."""

    __tablename__ = "alert_receipts"

    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff_accounts.id"), primary_key=True)
    delivered_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    staff: Mapped[StaffAccount] = relationship()
