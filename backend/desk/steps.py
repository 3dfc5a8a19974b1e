"""Steps of staff on a case: checks what they may do and takes the step in their name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from backend.cases import anonymity, field_corrections, members
from backend.cases.facts import check_open
from backend.cases.settling import answer_text
from backend.cases.step import StaffStep, StepContext
from backend.cases.stepping import act, note
from backend.desk import (
    assigning,
    contacting,
    different_handler,
    exclusions,
    field_visits,
    follow_ups,
    four_eyes,
    merging,
)
from backend.desk.case_file import bare_case, visible_case
from backend.desk.exclusions import EXCLUDING
from backend.errors import BadInput, NotAllowed, NotFound
from backend.joint import service as joint
from backend.models.cases import Case
from backend.models.staff import Role, StaffAccount
from backend.ratings import notices
from backend.staff.accounts import actor_for
from backend.staff.permissions import require
from backend.staff.visibility import stands_in, units_below, units_of
from backend.vocabulary.case_lifecycle import FACTS, Action, Status, next_status
from backend.vocabulary.messages import File
from backend.vocabulary.step_details import (
    Correct,
    Decline,
    Dispatch,
    Merge,
    ReasonOrText,
    Recall,
    Resolve,
    WithText,
    read_details,
)
from backend.vocabulary.task_lifecycle import JOINT
from backend.vocabulary.tracks import Track, must_allow

# Steps of the unit that has the case: being the first contact is not enough.
UNIT_STEPS = frozenset(
    {
        Action.ACCEPT,
        Action.RETURN,
        Action.HOLD,
        Action.RESUME,
        Action.ASK_EXTENSION,
        Action.RESOLVE,
        Action.CONTACT,
        Action.MESSAGE,
        Action.ASK_RELAY,
        Action.SEE_NEWS,
        Action.ADD_TASK,
        Action.CANCEL_TASK,
        Action.RAISE_WHISTLE,
        Action.ADOPT,
        Action.REPLY,
        Action.FORWARD,
        Action.PASS_ON,
        Action.VISIT,
        Action.PROPOSE_EXCLUSION,
        Action.ASSIGN,
        Action.ACKNOWLEDGE_URGING,
    }
)
_OF_LEADERS = frozenset({Action.ASSIGN, Action.ACKNOWLEDGE_URGING})  # of the unit or above
COLLECTIVE = frozenset({Action.MERGE, Action.SPLIT})
URGES = frozenset({Action.REMIND, Action.SUPERVISE})
# Facts that do not need an open case, or have a rule of their own.
IN_ANY_STATUS = (
    JOINT | EXCLUDING | four_eyes.DECISIONS | {Action.UNMASK, Action.ACKNOWLEDGE, Action.FOLLOW_UP}
)


@dataclass(frozen=True)
class StepRequest:
    """A step that a member of staff asks for."""

    case_no: str
    action: Action
    fields: Mapping[str, object]  # as they were sent; `read_details` checks them
    photos: Sequence[File] = ()  # of a field visit


def parse_action(name: str) -> Action:
    """Raises NotFound."""
    try:
        return Action(name)
    except ValueError:
        raise NotFound(f"没有“{name}”这个步骤") from None


def take(session: Session, staff: StaffAccount, request: StepRequest, *, now: datetime) -> Case:
    """Take the step and return the case. `extend` by a handler asks for an extension, and
    `resolve` and `decline` are proposed where a four-eyes review is needed.

    Raises NotFound, NotAllowed, BadInput or Conflict, and then changes nothing.
    """
    action = request.action
    if action is Action.EXTEND and Role(staff.role) is Role.HANDLER:
        action = Action.ASK_EXTENSION
    if action in COLLECTIVE:
        return _merge_or_split(session, staff, request, now)
    case, units = allowed_case(session, staff, request.case_no, action)
    members.must_not_be_member(case, action)
    different_handler.must_be_others(session, staff, case, action)
    _must_be_possible(case, action)
    step = StaffStep(
        session, case, actor_for(staff), now, read_details(action, request.fields),
        staff=staff, units=units, photos=request.photos,
    )  # fmt: skip
    if action is not Action.ACKNOWLEDGE:  # the unit above takes it for itself
        _log_deputy(step)
    handle = HANDLERS.get(action, note if action in FACTS else act)
    handle(step)
    return case


def _must_be_possible(case: Case, action: Action) -> None:
    """Raises Conflict when the status or the track of the case does not have the step."""
    status = Status(case.status)
    if action not in FACTS:
        next_status(status, action)
        must_allow(Track(case.track), action)
    elif action not in IN_ANY_STATUS:
        check_open(status, action)


def _urge(step: StaffStep[ReasonOrText]) -> None:
    if not (step.details.reason or step.details.text):
        raise BadInput(f"请填写{step.action.label}原因")
    note(step)


def _end(step: StaffStep[Resolve | Decline]) -> None:
    """End the case at once, or propose it where a four-eyes review is needed."""
    details = step.details
    if isinstance(details, Resolve):  # who reviews the proposal reads the article's text
        text = answer_text(step.session, details)
        step = replace(step, details=replace(details, text=text))
    reasons = four_eyes.review_reasons(step.session, step.case)
    if not reasons:
        act(step)
        return
    step.event_details.update(reasons)
    four_eyes.propose(step)


def _recall(step: StaffStep[Recall]) -> None:
    """Recall the dispatch; with a unit, dispatch the case there at once."""
    code = step.details.unit
    if code is not None and code == step.case.unit_code:
        raise BadInput("已经派给这家单位了，请另选一家")
    act(step)
    if code is not None:
        act(StepContext(step.session, step.case, step.actor, step.now, Dispatch(unit=code)))


def _correct(step: StaffStep[Correct]) -> None:
    """One event for each field that changes."""
    for details in field_corrections.changed_fields(step.case, step.details):
        note(replace(step, details=details, event_details={}))


def _log_deputy(step: StaffStep) -> None:
    """Log the unit that a deputy from another unit stands in for."""
    unit_code = step.case.unit_code
    if unit_code != step.staff.unit_code and stands_in(step.staff, step.case.unit):
        step.event_details["stands_in_for"] = unit_code


def _acknowledge(step: StaffStep[WithText]) -> None:
    """A deputy of the unit above cannot acknowledge a notice about their own unit."""
    if step.case.unit_code == step.staff.unit_code:
        own_units = step.session.scalars(units_below(step.staff.unit_code))
        step = replace(step, units=frozenset(own_units))
    notices.acknowledge(step)


# Actions that need more than a step of the lifecycle or a logged fact.
HANDLERS: dict[Action, Callable[[StaffStep[Any]], None]] = {
    **dict.fromkeys(JOINT, joint.take),
    **dict.fromkeys(URGES, _urge),
    **dict.fromkeys(four_eyes.GUARDED, _end),
    **dict.fromkeys(four_eyes.DECISIONS, four_eyes.decide),
    **dict.fromkeys(EXCLUDING, exclusions.take),
    Action.RECALL: _recall,
    Action.CORRECT: _correct,
    Action.UNMASK: anonymity.unmask,
    Action.ACKNOWLEDGE: _acknowledge,
    Action.VISIT: field_visits.record,
    Action.ACCEPT: assigning.accept,
    Action.ASSIGN: assigning.assign,
    Action.FOLLOW_UP: follow_ups.follow_up,
    Action.CONTACT: contacting.contact,
    Action.MESSAGE: contacting.send_message,
    Action.ASK_RELAY: contacting.ask_centre,
}


def _merge_or_split(
    session: Session, staff: StaffAccount, request: StepRequest, now: datetime
) -> Case:
    """`merging` locks the cases itself, the lead first."""
    case = bare_case(session, staff, request.case_no)
    require(staff, request.action)
    details, actor = read_details(request.action, request.fields), actor_for(staff)
    if isinstance(details, Merge):
        lead = bare_case(session, staff, details.lead)
        merging.merge(StepContext(session, case, actor, now, details), lead)
    else:
        merging.split(StepContext(session, case, actor, now, details))
    return case


def allowed_case(
    session: Session, staff: StaffAccount, case_no: str, action: Action
) -> tuple[Case, frozenset[str]]:
    """The locked case, and the codes of the units that the staff may act for.

    Raises NotFound or NotAllowed.
    """
    case = visible_case(session, staff, case_no, lock=True)
    require(staff, action)
    units = frozenset(session.scalars(units_of(staff)))
    if not is_holder(staff, case, units, action):
        holder = case.unit.name if case.unit else "派单员"
        raise NotAllowed(f"这件工单现在在{holder}手里，您不能{action.label}")
    return case, units


def is_holder(staff: StaffAccount, case: Case, units: frozenset[str], action: Action) -> bool:
    """True if the case is with a unit of the staff's; True where that does not matter."""
    role = Role(staff.role)
    is_bound = role is Role.HANDLER or (role is Role.LEADER and action in _OF_LEADERS)
    if action not in UNIT_STEPS or not is_bound:
        return True
    return case.unit_code in units
