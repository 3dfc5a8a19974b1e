"""A member of staff takes one step with a case: who may, and in whose name it is logged."""

from datetime import datetime

from sqlalchemy.orm import Session

from backend.api.case_file import visible_case
from backend.cases.contact import actor_for
from backend.cases.facts import check_open, fits
from backend.cases.lifecycle import FACTS, Action, Status, allowed_actions
from backend.cases.models import Case
from backend.cases.service import Actor, act, note
from backend.cases.steps import Details
from backend.errors import BadInput, NotAllowed, NotFound
from backend.joint import service as joint
from backend.joint.lifecycle import JOINT
from backend.joint.service import Joint, Taken
from backend.measures import exclusions
from backend.measures.exclusions import EXCLUDING
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
        Action.PROPOSE_EXCLUSION,
    }
)
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
) -> Case:
    """Raises NotFound, NotAllowed, BadInput or Conflict, and then changes nothing.

    A unit that says `extend` asks for it: only a dispatcher or a supervisor can give it.
    """
    if action is Action.EXTEND and Role(staff.role) is Role.HANDLER:
        action = Action.ASK_EXTENSION
    case = visible_case(session, staff, case_no, lock=True)
    require(staff, action)
    units = _own_units(session, staff)
    _require_holder(staff, case, units, action)
    actor = actor_for(staff)
    if action in JOINT:
        joint.take(Taken(session, case, actor, details, now, units), action)
    elif action in EXCLUDING:
        exclusions.take(session, staff, case, action, details, now=now)
    elif action in FACTS:
        _note(session, case, action, actor, details, now)
    else:
        act(session, case, action, actor, details, now=now)
    return case


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


def open_to(session: Session, staff: StaffAccount, case: Case, together: Joint) -> list[Action]:
    """What this person may do with the case as it stands now."""
    units = _own_units(session, staff)
    excluding = exclusions.fitting(session, case)
    facts = sorted((FACTS - EXCLUDING) | excluding)
    possible = [*allowed_actions(Status(case.status)), *facts]
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
    ]
