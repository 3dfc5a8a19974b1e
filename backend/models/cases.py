from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Computed, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.database import Base
from backend.models.residents import Resident
from backend.models.units import Unit
from backend.vocabulary.case_lifecycle import Status
from backend.vocabulary.tracks import Track


def _code_of(area: str) -> Computed:
    """PostgreSQL keeps it beside the location, so that cases can be counted by area."""
    return Computed(f"((location -> '{area}'::text) ->> 'code'::text)", persisted=True)


class Case(Base):
    """The record of one appeal. `status` is written by `cases.service` alone."""

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_status_resolve_by", "status", "resolve_by"),
        Index(
            "ix_cases_next_due_at", "next_due_at", postgresql_where=text("next_due_at IS NOT NULL")
        ),
        # Where others that tell of the same are looked for: `collective.likes`.
        Index("ix_cases_same_item", "power_item_code", "district_code", "registered_at"),
        Index("ix_cases_same_street", "street_code", "domain", "registered_at"),
        CheckConstraint("lead_id <> id", name="no_lead_of_itself"),
        Index(
            "ix_cases_follow_up_at",
            "follow_up_at",
            postgresql_where=text("follow_up_at IS NOT NULL"),
        ),
        # By these the measures find the cases of a period.
        Index("ix_cases_first_resolve_by", "first_resolve_by"),
        Index("ix_cases_first_respond_by", "first_respond_by"),
        Index("ix_cases_first_resolved_at", "first_resolved_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_no: Mapped[str] = mapped_column(unique=True)
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), index=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    source_channel: Mapped[str]
    status: Mapped[str] = mapped_column(default=Status.REGISTERED)
    kind: Mapped[str]
    track: Mapped[str] = mapped_column(default=Track.USUAL, server_default=Track.USUAL)
    domain: Mapped[str | None]
    power_item_code: Mapped[str | None]
    size: Mapped[str | None]  # micro, small, hard: as it was graded at registration
    text: Mapped[str]  # the clean wording that was read back
    # All that was said, for staff to check the summary by; shown masked, and kept, as `text` is.
    wording: Mapped[str | None]
    # The parts of the appeal for staff and statistics (S10): matter, location, since, wish,
    # contact; kept as `text` is.
    appeal: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    location: Mapped[dict[str, Any]] = mapped_column(JSONB)  # text, district, street, community
    district_code: Mapped[str | None] = mapped_column(_code_of("district"))
    street_code: Mapped[str | None] = mapped_column(_code_of("street"))
    # Whom it is from is hidden from those who handle it: `cases.anonymity`.
    anonymous: Mapped[bool] = mapped_column(default=False, server_default="false")
    # The case that it is handled together with: `collective.members`.
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    routing: Mapped[dict[str, Any]] = mapped_column(JSONB)  # evidence, confidence, runner_up
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"), index=True)
    first_contact_owner: Mapped[str | None] = mapped_column(ForeignKey("units.code"))
    # What the clocks say after the last event; `cases.due_times` alone writes these.
    respond_by: Mapped[datetime]
    responded_at: Mapped[datetime | None]
    sign_by: Mapped[datetime | None]  # while a unit has not answered the dispatch
    resolve_by: Mapped[datetime]
    total_resolve_by: Mapped[datetime]
    first_resolved_at: Mapped[datetime | None]
    # The first round's, which the measures count: another round changes no month that is over.
    first_respond_by: Mapped[datetime | None]
    first_responded_at: Mapped[datetime | None]
    first_resolve_by: Mapped[datetime | None]
    overdue_at: Mapped[datetime | None]
    next_due_at: Mapped[datetime | None]  # when the sweep next has something to do
    round: Mapped[int] = mapped_column(default=1)
    registered_at: Mapped[datetime] = mapped_column(index=True)
    accepted_at: Mapped[datetime | None]
    held_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    extension_asked: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    extended_at: Mapped[datetime | None]
    chases: Mapped[int] = mapped_column(default=0)  # how often the resident has urged
    returns: Mapped[int] = mapped_column(default=0)  # how often units have returned it
    refused_unit: Mapped[str | None]  # whose return was refused in this round
    disputed_at: Mapped[datetime | None]  # returned again after that: to be arbitrated
    bound_unit: Mapped[str | None]  # what an arbitration decided for this round
    outcome: Mapped[str | None]
    outcome_text: Mapped[str | None]
    # What, where, bring: a way that the resident must go themselves, as the unit said in the end.
    offline: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    follow_up_at: Mapped[datetime | None]  # what takes long: when the sweep brings it back
    # Who wants to end it and how, while it waits for a second pair of eyes: see `second_eyes`.
    closing: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    resident: Mapped[Resident] = relationship()
    unit: Mapped[Unit | None] = relationship(foreign_keys=[unit_code])
    first_owner: Mapped[Unit | None] = relationship(foreign_keys=[first_contact_owner])
    lead: Mapped["Case | None"] = relationship(foreign_keys=[lead_id], remote_side=[id])
    events: Mapped[list["CaseEvent"]] = relationship(order_by="CaseEvent.id")


class CaseEvent(Base):
    """One line of a case's log; never changed."""

    __tablename__ = "case_events"
    __table_args__ = (
        Index("ix_case_events_action_at", "action", "at"),
        # Same conditions as in `backend/measures/buck_passing_events.py`, so that they are used.
        Index(
            "ix_case_events_sent",
            "at",
            postgresql_include=["to_unit", "action", "actor", "case_id"],
            postgresql_where=text(
                "action IN ('dispatch', 'arbitrate')"
                " AND (details ->> 'return') IS DISTINCT FROM 'refused'"
            ),
        ),
        Index(
            "ix_case_events_decided",
            "at",
            postgresql_where=text("(details ->> 'charged') IS NOT NULL"),
        ),
        Index(
            "ix_case_events_unsigned",
            "at",
            postgresql_where=text("CAST(details ->> 'unsigned_over_minutes' AS integer) > 0"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    round: Mapped[int]
    unit_code: Mapped[str | None]  # who had the case when it happened; before a step that moves it
    at: Mapped[datetime]
    actor: Mapped[str]  # resident, router, system, or staff:USERNAME
    actor_name: Mapped[str]  # as it is shown to people
    action: Mapped[str]
    from_status: Mapped[str | None]
    to_status: Mapped[str | None]  # None for a fact that changes no status
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    # The unit that the details name: where a step sent the case, say.
    to_unit: Mapped[str | None] = mapped_column(
        Computed("(details ->> 'unit'::text)", persisted=True)
    )


class CaseNumber(Base):
    """How many cases a day has had; the row's lock hands out numbers one by one."""

    __tablename__ = "case_numbers"

    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int]
