"""Collective cases: a lead and its members, which are handled together.

A member stays a whole case with its own number, resident, deadlines and rating, and always has the
unit and the status of its lead. Each step of the lead is repeated on the member, logged with
`lead`, the lead's number, and notified to the member's resident. A member that is split off
therefore continues from the present state, and a settled one is rated and reopened alone.

Counting: every case, member or not, counts as an appeal. Handling counts once: an event with
`lead` in its details repeats a step of the lead's log, and a case with a `lead_id` is left out
where handling is counted by case.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from backend.cases import recalls
from backend.cases.due_times import load_clock_events, set_due_times
from backend.cases.events import event_of, write_event
from backend.cases.step import StepContext
from backend.deadlines.city import calendar
from backend.deadlines.clocks import ClockEvent
from backend.errors import Conflict
from backend.models.cases import Case
from backend.models.joint_work import Task, Whistle, WhistleResponse
from backend.vocabulary.actors import SYSTEM
from backend.vocabulary.case_lifecycle import OPEN, Action, Status
from backend.vocabulary.step_details import Merge, WithReason

# Steps that staff take on a member itself; all others are taken on its lead.
MEMBER_ACTIONS = frozenset(
    {
        Action.CONTACT,
        Action.MESSAGE,
        Action.ASK_RELAY,
        Action.SEE_NEWS,
        Action.SPLIT,
        Action.UNMASK,
        Action.CORRECT,
        Action.NOTE,
        Action.FOLLOW_UP,
    }
)
# Steps of one resident alone, or decided for each case by itself.
_NOT_SHARED = frozenset({Action.WITHDRAW, Action.CLOSE, Action.REOPEN})
_SHARED_FACTS = frozenset({Action.SUPERVISE})
_HEIR_REASON = WithReason(Action.SPLIT, "牵头的市民撤诉了，由这件牵头")
_COPIED_COLUMNS = (
    "accepted_at", "held_at", "resolved_at", "closed_at", "extension_asked", "extended_at",
    "refused_unit", "disputed_at", "bound_unit", "outcome", "outcome_text",
    "closing", "offline", "follow_up_at", "assignee_id",
)  # fmt: skip


def is_shared(action: Action, before: Status | None) -> bool:
    """True if a step of the lead is repeated on its members; `before` is None for a fact."""
    if before is None:
        return action in _SHARED_FACTS
    return before.is_open and action not in _NOT_SHARED


def must_not_be_member(case: Case, action: Action) -> None:
    """Raises Conflict for a step that is the lead's to take."""
    if case.lead is not None and Status(case.status).is_open and action not in MEMBER_ACTIONS:
        raise Conflict(
            f"这件并在 {case.lead.case_no} 里一起办，请到那件上{action.label}；"
            "要单独办，先把它拆出来"
        )


def has_led(events: Iterable[ClockEvent]) -> bool:
    """True if a case with these events has ever had members."""
    return any(event.action is Action.MERGE and "member" in event.details for event in events)


def open_members(session: Session, lead: Case) -> list[Case]:
    """The open members, locked; the lead is always locked before its members."""
    return list(
        session.scalars(
            select(Case)
            .where(Case.lead_id == lead.id, Case.status.in_(OPEN))
            .order_by(Case.id)
            .with_for_update(key_share=True, of=Case)
        )
    )


def member_count(session: Session, lead: Case) -> int:
    """Open and settled members."""
    return session.scalar(select(func.count(Case.id)).where(Case.lead_id == lead.id)) or 0


def copy_state(session: Session, member: Case, lead: Case) -> None:
    """Copy the lead's unit and handling columns; `stepping` alone writes the status."""
    if lead.unit_code is None and member.unit_code is not None:  # recalled
        recalls.release_first_contact(session, member, member.unit_code)
    for name in _COPIED_COLUMNS:
        setattr(member, name, getattr(lead, name))
    member.unit, member.unit_code = lead.unit, lead.unit_code
    owner = member.first_owner
    if member.first_contact_owner is None or (owner is not None and not owner.active):
        member.first_owner, member.first_contact_owner = lead.first_owner, lead.first_contact_owner


def lead_clocks(lead: Case) -> dict[str, Any]:
    """Event details: the lead's sign deadline and hold, for the clocks of a joining member."""
    sign_by = {"sign_by": lead.sign_by.isoformat()} if lead.sign_by else {}
    return sign_by | ({"held": True} if lead.status == Status.ON_HOLD else {})


def hand_on(session: Session, lead: Case, *, now: datetime) -> str | None:
    """The lead is withdrawn: the member that is due first becomes the lead, with the tasks.

    Returns the number of the new lead; None when there is no open member.
    """
    members = open_members(session, lead)
    if not members:
        return None
    heir, *others = sorted(members, key=lambda member: (member.resolve_by, member.id))
    heir.lead_id = heir.lead = None
    merge = StepContext(session, heir, SYSTEM, now, Merge(lead=heir.case_no))
    for member in others:
        member.lead_id, member.lead = heir.id, heir
        join = {"lead": heir.case_no, **lead_clocks(lead)}
        write_event(session, event_of(merge.on(member, join)))
        write_event(session, event_of(merge.on(heir, {"member": member.case_no})))
    split = StepContext(session, heir, SYSTEM, now, _HEIR_REASON)
    split.event_details.update(was_in=lead.case_no, due=lead.resolve_by.isoformat())
    write_event(session, event_of(split))
    session.flush()
    for owned in (Task, Whistle, WhistleResponse):
        session.execute(update(owned).where(owned.case_id == lead.id).values(case_id=heir.id))
    for member in members:
        set_due_times(member, load_clock_events(session, [member])[member.id], calendar())
    return heir.case_no
