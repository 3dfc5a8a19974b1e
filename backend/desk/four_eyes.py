"""A second pair of eyes before some cases end: of elders, of who has asked for care, of another
round. Who says that it is done proposes it; somebody else looks, and confirms it or sends it back.
A collective case asks for it as soon as one of the cases that go along does.

While the proposal waits the case stays as it is, and its clock runs: the resident waits too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from backend.cases import settling
from backend.cases.effects import must_have_no_running_tasks
from backend.cases.locking import locked
from backend.cases.step import Details
from backend.cases.stepping import Actor, act, note
from backend.errors import Conflict, NotAllowed
from backend.models.cases import Case
from backend.models.staff import Role, StaffAccount
from backend.staff.visibility import stands_in
from backend.vocabulary.case_lifecycle import OPEN, Action, Status, next_status
from backend.vocabulary.outcomes import Outcome
from backend.vocabulary.tracks import Track, must_know

GUARDED = frozenset({Action.RESOLVE, Action.DECLINE})
DECISIONS = frozenset({Action.CONFIRM, Action.SEND_BACK})


@dataclass(frozen=True)
class Eyes:
    """Whoever looks at it; `units` are their own and those below."""

    staff: StaffAccount
    actor: Actor
    units: frozenset[str]


def why(session: Session, case: Case) -> dict[str, Any]:
    """Why nobody ends it alone, as it is logged: its own reasons, and those of the open cases that
    go along, by their numbers. Empty for most cases."""
    along = session.scalars(
        select(Case)
        .where(Case.lead_id == case.id, Case.status.in_(OPEN))
        .options(joinedload(Case.resident))
        .order_by(Case.id)
    )
    own, theirs = _reasons(case), {one.case_no: why for one in along if (why := _reasons(one))}
    return ({"why_second": own} if own else {}) | ({"why_second_of": theirs} if theirs else {})


def _reasons(case: Case) -> list[str]:
    """Of an anonymous resident it is not said what they are: few may live in that house."""
    resident = case.resident
    person = {
        "elder": resident.elder_mode is True,
        "care": resident.care_agreed_at is not None,
    }
    known = {"private": any(person.values())} if case.anonymous else person
    known |= {"repeat": case.round > 1}
    return [name for name, is_so in known.items() if is_so]


def is_offered(case: Case, eyes: Eyes) -> bool:
    closing = case.closing
    return closing is not None and closing["by"] != eyes.actor.key and may_look(case, eyes)


def may_look(case: Case, eyes: Eyes) -> bool:
    """A supervisor, the unit's leader, a unit above it, or who stands in for it; what no unit has
    yet, another dispatcher."""
    role = Role(eyes.staff.role)
    if role in (Role.SUPERVISOR, Role.ADMIN):
        return True
    if case.unit is None:
        return role is Role.DISPATCHER
    if case.unit_code not in eyes.units or role not in (Role.HANDLER, Role.LEADER):
        return False
    is_own = case.unit_code == eyes.staff.unit_code
    return not is_own or role is Role.LEADER or stands_in(eyes.staff, case.unit)


def propose(
    session: Session,
    case: Case,
    action: Action,
    actor: Actor,
    details: Details,
    *,
    now: datetime,
    found: Mapping[str, object],
) -> None:
    """`found` says why it is needed. Raises Conflict or BadInput for what could not be taken as a
    step now, either."""
    next_status(Status(case.status), action)
    must_know(Track(case.track), action)
    if case.closing:
        raise Conflict("已经提请办结，等别人复核")
    must_have_no_running_tasks(session, case)
    found = {**found, "proposed": action}
    if action is Action.RESOLVE:
        found["outcome"] = settling.chosen(details, now).outcome
    else:
        details.needing("reason", "不予受理的原因")
        details.needing("text", "可以到哪里去办")
        found["outcome"] = Outcome.NO_COMPETENCE
    case.closing = {
        "action": action,
        "by": actor.key,
        "by_name": actor.name,
        "at": now.isoformat(),
        "details": details.kept(),
    }
    note(session, case, Action.PROPOSE, actor, details, now=now, found=found)


def decide(
    session: Session, case: Case, action: Action, eyes: Eyes, details: Details, *, now: datetime
) -> None:
    """Raises Conflict, NotAllowed or BadInput, and then changes nothing."""
    locked(session, case.id)
    closing = case.closing
    if closing is None:
        raise Conflict("没有等复核的办结")
    if closing["by"] == eyes.actor.key:
        raise Conflict("办结是您自己提的，要由另一个人复核")
    if not may_look(case, eyes):
        raise NotAllowed("要由督办员、上级单位或本单位的负责人复核")
    found = {"proposed": closing["action"], "proposed_by": closing["by"]}
    if action is Action.SEND_BACK:
        details.needing("reason", "哪里还没有办好")
        case.closing = None
        note(session, case, action, eyes.actor, details, now=now, found=found)
        return
    note(session, case, action, eyes.actor, details, now=now, found=found)
    proposer, told = Actor(closing["by"], closing["by_name"]), Details(**closing["details"])
    act(session, case, Action(closing["action"]), proposer, told, now=now, found=found)
