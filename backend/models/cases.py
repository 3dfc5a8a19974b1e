"""Tables of cases, their events and their numbers."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Computed, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.database import Base
from backend.models.residents import Resident
from backend.models.staff import StaffAccount
from backend.models.units import Unit
from backend.vocabulary.case_lifecycle import OPEN, Status
from backend.vocabulary.tracks import Track


def _code_of(area: str) -> Computed:
    """A generated column with the area's code in `location`, for counting by area."""
    return Computed(f"((location -> '{area}'::text) ->> 'code'::text)", persisted=True)


_OPEN_STATUSES = f"status IN ({', '.join(repr(str(one)) for one in sorted(OPEN))})"
# The nearest running deadline, by which lists are sorted; none while a hold stops the clocks.
# `words.next_due` computes the same for one case.
_DUE_AT = Computed(
    "CASE WHEN status = 'on_hold'::text THEN NULL::timestamptz ELSE LEAST(sign_by, "
    "CASE WHEN responded_at IS NULL THEN respond_by END, resolve_by) END",
    persisted=True,
)


class Case(Base):
    """The record of one appeal. Only `cases.stepping` changes `status`."""

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_status_resolve_by", "status", "resolve_by"),
        Index(
            "ix_cases_next_due_at", "next_due_at", postgresql_where=text("next_due_at IS NOT NULL")
        ),
        # For the search for duplicates: `collective.likes`.
        Index("ix_cases_same_item", "power_item_code", "district_code", "registered_at"),
        Index("ix_cases_same_street", "street_code", "domain", "registered_at"),
        CheckConstraint("lead_id <> id", name="no_lead_of_itself"),
        Index(
            "ix_cases_follow_up_at",
            "follow_up_at",
            postgresql_where=text("follow_up_at IS NOT NULL"),
        ),
        Index("ix_cases_tell_at", "tell_at", postgresql_where=text("tell_at IS NOT NULL")),
        Index("ix_cases_news_at", "news_at", postgresql_where=text("news_at IS NOT NULL")),
        Index(
            "ix_cases_relay_asked_at",
            "relay_asked_at",
            postgresql_where=text("relay_asked_at IS NOT NULL"),
        ),
        Index(
            "ix_cases_assignee_id", "assignee_id", postgresql_where=text("assignee_id IS NOT NULL")
        ),
        Index(
            "ix_cases_due_at",
            "due_at",
            "id",
            postgresql_where=text(_OPEN_STATUSES),
        ),
        # For ratings of a round that is over: `desk.case_views`.
        Index("ix_cases_reopened", "id", "round", postgresql_where=text("round > 1")),
        # For the measures, which select the cases of a period.
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
    size: Mapped[str | None]  # micro, small or hard, graded at registration
    text: Mapped[str]  # the summary that was read back
    # The resident's own words, for staff to check `text`; redacted and retained like `text`.
    wording: Mapped[str | None]
    # The parts of the appeal for staff and statistics (S10): matter, location, since, wish,
    # contact; retained like `text`.
    appeal: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    location: Mapped[dict[str, Any]] = mapped_column(JSONB)  # text, district, street, community
    district_code: Mapped[str | None] = mapped_column(_code_of("district"))
    street_code: Mapped[str | None] = mapped_column(_code_of("street"))
    # The resident's identity is hidden from those who handle the case: `cases.anonymity`.
    anonymous: Mapped[bool] = mapped_column(default=False, server_default="false")
    # The lead of the collective case that this is a member of: `cases.members`.
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    routing: Mapped[dict[str, Any]] = mapped_column(JSONB)  # evidence, confidence, runner_up
    unit_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"), index=True)
    first_contact_owner: Mapped[str | None] = mapped_column(ForeignKey("units.code"), index=True)
    # The clocks after the last event; only `cases.due_times` writes these columns.
    respond_by: Mapped[datetime]
    responded_at: Mapped[datetime | None]
    sign_by: Mapped[datetime | None]  # until the unit accepts or returns the case
    resolve_by: Mapped[datetime]
    total_resolve_by: Mapped[datetime]
    due_at: Mapped[datetime | None] = mapped_column(_DUE_AT)
    first_resolved_at: Mapped[datetime | None]
    # The first round, which the measures count: later rounds do not change past months.
    first_respond_by: Mapped[datetime | None]
    first_responded_at: Mapped[datetime | None]
    first_resolve_by: Mapped[datetime | None]
    overdue_at: Mapped[datetime | None]
    next_due_at: Mapped[datetime | None]  # when the sweep next takes a step
    round: Mapped[int] = mapped_column(default=1)
    registered_at: Mapped[datetime] = mapped_column(index=True)
    accepted_at: Mapped[datetime | None]
    held_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    extension_asked: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    extended_at: Mapped[datetime | None]
    chases: Mapped[int] = mapped_column(default=0)  # number of chases by the resident
    # Since when words of the resident, or of the centre that asked them, wait for the unit:
    # `cases.news`.
    news_at: Mapped[datetime | None]
    relay_asked_at: Mapped[datetime | None]  # the unit asked the centre to ask the resident
    # The person of the unit who handles the case: `desk.assigning`.
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("staff_accounts.id"))
    # Since when the resident, whom no message reaches, is to be told by phone: `desk.follow_ups`.
    tell_at: Mapped[datetime | None]
    urged_at: Mapped[datetime | None]  # since when urging waits for the unit's acknowledgement
    stepped_at: Mapped[datetime | None]  # when staff last took a step
    returns: Mapped[int] = mapped_column(default=0)  # number of returns
    refused_unit: Mapped[str | None]  # unit whose return was refused in this round
    disputed_at: Mapped[datetime | None]  # returned again after a refusal: needs arbitration
    bound_unit: Mapped[str | None]  # unit that arbitration chose for this round
    outcome: Mapped[str | None]
    outcome_text: Mapped[str | None]
    # what, where, bring: a visit that the resident must make.
    offline: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    follow_up_at: Mapped[datetime | None]  # when the sweep reopens a long-term case
    # A proposal to end the case that waits for a four-eyes review: `desk.four_eyes`.
    closing: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    resident: Mapped[Resident] = relationship()
    unit: Mapped[Unit | None] = relationship(foreign_keys=[unit_code])
    first_owner: Mapped[Unit | None] = relationship(foreign_keys=[first_contact_owner])
    assignee: Mapped[StaffAccount | None] = relationship()
    lead: Mapped["Case | None"] = relationship(foreign_keys=[lead_id], remote_side=[id])
    events: Mapped[list["CaseEvent"]] = relationship(order_by="CaseEvent.id")


class CaseEvent(Base):
    """One event of a case's log; never changed."""

    __tablename__ = "case_events"
    __table_args__ = (
        Index("ix_case_events_action_at", "action", "at"),
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
    unit_code: Mapped[str | None]  # the unit that had the case, before a step that moves it
    at: Mapped[datetime]
    actor: Mapped[str]  # resident, router, system, or staff:USERNAME
    actor_name: Mapped[str]  # for people
    action: Mapped[str]
    from_status: Mapped[str | None]
    to_status: Mapped[str | None]  # None for a fact that changes no status
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    # The unit in the details, as the one a step sends the case to.
    to_unit: Mapped[str | None] = mapped_column(
        Computed("(details ->> 'unit'::text)", persisted=True)
    )


class CaseNumber(Base):
    """The last case number of a day; the row's lock serialises registrations."""

    __tablename__ = "case_numbers"

    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int]
