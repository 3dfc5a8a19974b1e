"""Four-eyes review: some cases end only after a second person has confirmed it.

It applies to residents in elder mode or with agreed care, and to later rounds. One person proposes
to end the case; another confirms it or sends it back. A collective case needs the review as soon
as one of its members does. While a proposal waits, the case is unchanged and its clocks run.
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from backend.cases import settling
from backend.cases.effects import must_have_no_running_tasks
from backend.cases.locking import lock_case
from backend.cases.step import StaffStep, StepContext
from backend.cases.stepping import act, note
from backend.errors import Conflict, NotAllowed
from backend.models.cases import Case
from backend.models.staff import Role, StaffAccount
from backend.staff.accounts import actor_for
from backend.staff.visibility import stands_in
from backend.vocabulary.actors import Actor
from backend.vocabulary.case_lifecycle import OPEN, Action, Status, next_status
from backend.vocabulary.outcomes import Outcome
from backend.vocabulary.step_details import Decline, NoDetails, Resolve, read_details
from backend.vocabulary.tracks import Track, must_allow

GUARDED = frozenset({Action.RESOLVE, Action.DECLINE})
DECISIONS = frozenset({Action.CONFIRM, Action.SEND_BACK})


def review_reasons(session: Session, case: Case) -> dict[str, Any]:
    """Event details: why the case needs a review, by its own reasons and those of its open
    members, by case number. Empty when it needs none."""
    members = session.scalars(
        select(Case)
        .where(Case.lead_id == case.id, Case.status.in_(OPEN))
        .options(joinedload(Case.resident))
        .order_by(Case.id)
    )
    own = _reasons(case)
    of_members = {member.case_no: why for member in members if (why := _reasons(member))}
    return ({"why_second": own} if own else {}) | (
        {"why_second_of": of_members} if of_members else {}
    )


def _reasons(case: Case) -> list[str]:
    """An anonymous case gives only "private": elder or care could identify the resident."""
    resident = case.resident
    reasons = {
        "elder": resident.elder_mode is True,
        "care": resident.care_agreed_at is not None,
    }
    if case.anonymous:
        reasons = {"private": any(reasons.values())}
    reasons["repeat"] = case.round > 1
    return [name for name, applies in reasons.items() if applies]


def is_offered(case: Case, staff: StaffAccount, units: frozenset[str]) -> bool:
    """True if a proposal waits that this member of staff may review."""
    closing = case.closing
    is_own = closing is not None and closing["by"] == actor_for(staff).key
    return closing is not None and not is_own and may_review(case, staff, units)


def may_review(case: Case, staff: StaffAccount, units: frozenset[str]) -> bool:
    """Supervisors and admins; the unit's leader, a unit above or a deputy of the unit; for a case
    without a unit, dispatchers. `units` are the codes the staff may act for."""
    role = Role(staff.role)
    if role in (Role.SUPERVISOR, Role.ADMIN):
        return True
    if case.unit is None:
        return role is Role.DISPATCHER
    if case.unit_code not in units or role not in (Role.HANDLER, Role.LEADER):
        return False
    is_own_unit = case.unit_code == staff.unit_code
    return not is_own_unit or role is Role.LEADER or stands_in(staff, case.unit)


def propose(step: StepContext[Resolve | Decline]) -> None:
    """Propose `step`, with the reasons in its event details, for review.

    Raises Conflict or BadInput when the step itself could not be taken now.
    """
    case, action, details = step.case, step.action, step.details
    next_status(Status(case.status), action)
    must_allow(Track(case.track), action)
    if case.closing:
        raise Conflict("已经提请办结，等别人复核")
    must_have_no_running_tasks(step.session, case)
    settling.whole_visit(details.offline)
    if isinstance(details, Resolve):
        settling.follow_up_day(details, step.now)
    outcome = details.outcome if isinstance(details, Resolve) else Outcome.NO_COMPETENCE
    case.closing = {
        "action": action,
        "by": step.actor.key,
        "by_name": step.actor.name,
        "at": step.now.isoformat(),
        "details": details.as_json(),
    }
    proposal = {"proposed": action, "outcome": outcome}
    event_details = {**details.as_json(), **step.event_details, **proposal}
    bare = NoDetails(Action.PROPOSE)
    note(StepContext(step.session, case, step.actor, step.now, bare, event_details))


def decide(step: StaffStep) -> None:
    """Confirm the proposal, which takes the proposed step, or send it back.

    Raises Conflict, NotAllowed or BadInput, and then changes nothing.
    """
    case = step.case
    lock_case(step.session, case.id)
    closing = case.closing
    if closing is None:
        raise Conflict("没有等复核的办结")
    if closing["by"] == step.actor.key:
        raise Conflict("办结是您自己提的，要由另一个人复核")
    if not may_review(case, step.staff, step.units):
        raise NotAllowed("要由督办员、上级单位或本单位的负责人复核")
    proposal = {"proposed": closing["action"], "proposed_by": closing["by"]}
    step.event_details.update(proposal)
    if step.action is Action.SEND_BACK:
        case.closing = None
        note(step)
        return
    note(step)
    proposer = Actor(closing["by"], closing["by_name"])
    details = read_details(Action(closing["action"]), closing["details"])
    act(StepContext(step.session, case, proposer, step.now, details, proposal))
