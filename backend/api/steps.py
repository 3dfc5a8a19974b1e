"""A member of staff takes one step with a case: who may, and in whose name it is logged."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from backend.api.case_file import bare_case, visible_case
from backend.cases import anonymity, field_visits, other_hands, second_eyes
from backend.cases.contact import actor_for
from backend.cases.facts import check_open, fits
from backend.cases.lifecycle import FACTS, Action, Status, allowed_actions
from backend.cases.models import Case
from backend.cases.second_eyes import Eyes
from backend.cases.service import Actor, act, note
from backend.cases.steps import Details
from backend.collective import members, merging
from backend.collective.merging import Deed
from backend.errors import BadInput, NotAllowed, NotFound
from backend.joint import service as joint
from backend.joint.lifecycle import JOINT
from backend.joint.service import Joint, Taken
from backend.measures import exclusions
from backend.measures.exclusions import EXCLUDING
from backend.messaging.messages import File
from backend.ratings import notices
from backend.ratings.models import LowRatingNotice
from backend.staff.models import Role, StaffAccount
from backend.staff.service import MAY, require, units_below

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
        Action.ADD_TASK,
        Action.CANCEL_TASK,
        Action.RAISE_WHISTLE,
        Action.ADOPT,
        Action.REPLY,
        Action.FORWARD,
        Action.PASS_ON,
        Action.VISIT,
        Action.PROPOSE_EXCLUSION,
    }
)
COLLECTIVE = frozenset({Action.MERGE, Action.SPLIT})
URGES = frozenset({Action.REMIND, Action.SUPERVISE})


def named(action: str) -> Action:
    """Raises NotFound."""
    try:
        return Action(action)
    except ValueError:
        raise NotFound(f"没有“{action}”这个步骤") from None


def take(
    session: Session,
    staff: StaffAccount,
    case_no: str,
    action: Action,
    details: Details,
    *,
    now: datetime,
    photos: Sequence[File] = (),
) -> Case:
    """Raises NotFound, NotAllowed, BadInput or Conflict, and then changes nothing.

    A unit that says `extend` asks for it: only a dispatcher or a supervisor can give it. Where a
    second pair of eyes is needed, `resolve` and `decline` propose it. `photos` are of a visit.
    """
    if action is Action.EXTEND and Role(staff.role) is Role.HANDLER:
        action = Action.ASK_EXTENSION
    if action in COLLECTIVE:
        return _together(session, staff, case_no, action, details, now)
    case, units = allowed_case(session, staff, case_no, action)
    members.must_not_be_member(case, action)
    other_hands.must_be_others(session, staff, case, action)
    actor = actor_for(staff)
    if action in JOINT:
        joint.take(Taken(session, case, actor, details, now, units), action)
    elif action is Action.UNMASK:
        anonymity.unmask(session, case, staff, actor, details, now=now)
    elif action in second_eyes.GUARDED and second_eyes.reasons(case):
        second_eyes.propose(session, case, action, actor, details, now=now)
    elif action in second_eyes.DECISIONS:
        second_eyes.decide(session, case, action, Eyes(staff, actor, units), details, now=now)
    elif action is Action.ACKNOWLEDGE:
        notices.acknowledge(session, case, actor, units, details, now=now)
    elif action is Action.VISIT:
        check_open(Status(case.status), action)
        field_visits.record(session, case, actor, details, photos, now=now)
    elif action in EXCLUDING:
        exclusions.take(session, staff, case, action, details, now=now)
    elif action in FACTS:
        _note(session, case, action, actor, details, now)
    else:
        act(session, case, action, actor, details, now=now)
    return case


def _together(
    session: Session,
    staff: StaffAccount,
    case_no: str,
    action: Action,
    details: Details,
    now: datetime,
) -> Case:
    """Merging and splitting lock the cases themselves, the lead first."""
    case = bare_case(session, staff, case_no)
    require(staff, action)
    deed = Deed(actor_for(staff), details.reason, now)
    if action is Action.SPLIT:
        merging.split(session, case, deed)
        return case
    lead = details.needing("lead", "并到哪一件，写那件的工单编号")
    merging.merge(session, case, bare_case(session, staff, lead), deed)
    return case


def allowed_case(
    session: Session, staff: StaffAccount, case_no: str, action: Action
) -> tuple[Case, frozenset[str]]:
    """The case, locked, and the units in whose name this person speaks. Raises NotFound or
    NotAllowed."""
    case = visible_case(session, staff, case_no, lock=True)
    require(staff, action)
    units = _own_units(session, staff)
    _require_holder(staff, case, units, action)
    return case, units


def _require_holder(staff: StaffAccount, case: Case, units: frozenset[str], action: Action) -> None:
    if not _is_holder(staff, case, units, action):
        who = case.unit.name if case.unit else "派单员"
        raise NotAllowed(f"这件工单现在在{who}手里，您不能{action.label}")


def _is_holder(staff: StaffAccount, case: Case, units: frozenset[str], action: Action) -> bool:
    """Whether the case is with the person's own unit or one below it, where that matters."""
    if action not in UNIT_STEPS or Role(staff.role) is not Role.HANDLER:
        return True
    return case.unit_code in units


def _own_units(session: Session, staff: StaffAccount) -> frozenset[str]:
    return frozenset(session.scalars(units_below(staff.unit_code)))


def _note(
    session: Session, case: Case, action: Action, actor: Actor, details: Details, now: datetime
) -> None:
    """A fact needs a case that is still worked on; to urge needs a reason as well."""
    if action in URGES and not (details.reason or details.text):
        raise BadInput(f"请填写{action.label}原因")
    check_open(Status(case.status), action)
    note(session, case, action, actor, details, now=now)


def open_to(
    session: Session,
    staff: StaffAccount,
    case: Case,
    together: Joint,
    told: Sequence[LowRatingNotice] = (),
) -> list[Action]:
    """What this person may do with the case as it stands now."""
    units = _own_units_there(session, staff, case, together, told)
    excluding = exclusions.fitting(session, case)
    facts = sorted((FACTS - EXCLUDING) | excluding)
    possible = [*allowed_actions(Status(case.status)), *facts]
    eyes = Eyes(staff, actor_for(staff), units)
    for_others = other_hands.is_for_others(session, staff, case, case.events)
    return [
        action
        for action in possible
        if Role(staff.role) in MAY.get(action, ())
        and (
            joint.fits(case, together, units, action)
            if action in JOINT
            else action in excluding or fits(case, action)
        )
        and _is_holder(staff, case, units, action)
        and not (for_others and action in other_hands.HANDLES)
        and (action not in second_eyes.DECISIONS or second_eyes.is_offered(case, eyes))
        and (action is not Action.ACKNOWLEDGE or notices.wait_for(told, units))
    ]


def _own_units_there(
    session: Session,
    staff: StaffAccount,
    case: Case,
    together: Joint,
    told: Sequence[LowRatingNotice],
) -> frozenset[str]:
    """Of the units that have to do with the case, those that this person may speak for."""
    if staff.unit.parent_code is None:  # of the whole city
        summoned = (one.unit_code for whistle in together.whistles for one in whistle.responses)
        tasks, notices_to = (it.unit_code for it in together.tasks), (it.to_unit for it in told)
        codes = (case.unit_code, *tasks, *summoned, *notices_to)
        return frozenset(code for code in codes if code is not None)
    return _own_units(session, staff)
