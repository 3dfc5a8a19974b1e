"""A collective case: one case leads, and what the others are is decided with it.

A member stays a whole case: it has its own number, resident, deadlines and rating, and at all times
the unit and the status of its lead. Each step of the lead is a step of the member too, logged with
`lead`, the lead's number, and told to the member's own resident. So a member that is split off
goes on from where the whole stands, and one that is done is rated and reopened alone.

How to count: an appeal is a case, whether it is a member or not. Handling is counted once: an
event with `lead` among its details is the shadow of a step that stands in the lead's log. The
same holds for a case that is a member (`lead_id`) where handling is counted by the case.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from backend.cases.due_times import happened, set_due_times
from backend.cases.events import write
from backend.deadlines.city import calendar
from backend.deadlines.clocks import Happened
from backend.errors import Conflict
from backend.models.cases import Case, CaseEvent
from backend.models.joint_work import Task, Whistle, WhistleResponse
from backend.vocabulary.case_lifecycle import OPEN, Action, Status

# What staff still do with a member itself: the rest is done with its lead.
OF_ITS_OWN = frozenset({Action.CONTACT, Action.SPLIT, Action.UNMASK})
# Each resident's own, or reckoned for each case anew.
_NOT_SHARED = frozenset({Action.WITHDRAW, Action.CLOSE, Action.REOPEN})
_TOLD_TO_ALL = frozenset({Action.SUPERVISE})
_TAKEN_ON = (
    "accepted_at", "held_at", "resolved_at", "closed_at", "extension_asked", "extended_at",
    "refused_unit", "disputed_at", "bound_unit", "outcome", "outcome_text",
    "closing", "offline", "follow_up_at",
)  # fmt: skip


def is_shared(action: Action, before: Status | None) -> bool:
    """Whether the members take this step of their lead too; `before` is None for a fact."""
    if before is None:
        return action in _TOLD_TO_ALL
    return before.is_open and action not in _NOT_SHARED


def must_not_be_member(case: Case, action: Action) -> None:
    """Raises Conflict for a step that is the lead's to take."""
    if case.lead is not None and Status(case.status).is_open and action not in OF_ITS_OWN:
        raise Conflict(
            f"这件并在 {case.lead.case_no} 里一起办，请到那件上{action.label}；"
            "要单独办，先把它拆出来"
        )


def have_joined(log: Iterable[Happened]) -> bool:
    """Whether a case with this log has ever led others."""
    return any(event.action is Action.MERGE and "member" in event.details for event in log)


def open_members(session: Session, lead: Case) -> list[Case]:
    """Those that still go along with it, locked after their lead: never the other way round."""
    return list(
        session.scalars(
            select(Case)
            .where(Case.lead_id == lead.id, Case.status.in_(OPEN))
            .order_by(Case.id)
            .with_for_update(key_share=True, of=Case)
        )
    )


def count_of(session: Session, lead: Case) -> int:
    """Also of those that are done."""
    return session.scalar(select(func.count(Case.id)).where(Case.lead_id == lead.id)) or 0


def take_on(member: Case, lead: Case) -> None:
    """All that the lead has, but for the status: that is for `cases.service` to write."""
    for name in _TAKEN_ON:
        setattr(member, name, getattr(lead, name))
    member.unit, member.unit_code = lead.unit, lead.unit_code
    owner = member.first_owner
    if member.first_contact_owner is None or (owner is not None and not owner.active):
        member.first_owner, member.first_contact_owner = lead.first_owner, lead.first_contact_owner


def lead_clocks(lead: Case) -> dict[str, Any]:
    """What a member's clocks need to know of the lead that it joins."""
    sent = {"sign_by": lead.sign_by.isoformat()} if lead.sign_by else {}
    return sent | ({"held": True} if lead.status == Status.ON_HOLD else {})


def hand_on(session: Session, lead: Case, *, now: datetime) -> str | None:
    """The lead's resident withdraws: the member that is due first leads on, with the tasks.

    Its number; None when nobody is left.
    """
    members = open_members(session, lead)
    if not members:
        return None
    heir, *others = sorted(members, key=lambda one: (one.resolve_by, one.id))
    heir.lead_id = heir.lead = None
    for member in others:
        member.lead_id, member.lead = heir.id, heir
        joins = {"lead": heir.case_no, **lead_clocks(lead)}
        write(session, _of_system(member, Action.MERGE, joins, now))
        write(session, _of_system(heir, Action.MERGE, {"member": member.case_no}, now))
    due = {"reason": _WHY, "was_in": lead.case_no, "due": lead.resolve_by.isoformat()}
    write(session, _of_system(heir, Action.SPLIT, due, now))
    session.flush()
    for owned in (Task, Whistle, WhistleResponse):
        session.execute(update(owned).where(owned.case_id == lead.id).values(case_id=heir.id))
    for member in members:
        set_due_times(member, happened(session, [member])[member.id], calendar())
    return heir.case_no


_WHY = "牵头的市民撤诉了，由这件牵头"


def _of_system(case: Case, action: Action, details: dict[str, Any], now: datetime) -> CaseEvent:
    return CaseEvent(
        case_id=case.id,
        round=case.round,
        unit_code=case.unit_code,
        at=now,
        actor="system",
        actor_name="系统",
        action=action,
        details=details,
    )
