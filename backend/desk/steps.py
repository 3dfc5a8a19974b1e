"""A member of staff takes one step with a case: who may, and in whose name it is logged."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from backend.cases import anonymity, members
from backend.cases.contact import actor_for
from backend.cases.facts import check_open
from backend.cases.step import Details
from backend.cases.stepping import Actor, act, note
from backend.desk import different_handler, exclusions, field_visits, four_eyes, merging
from backend.desk.case_file import bare_case, visible_case
from backend.desk.exclusions import EXCLUDING
from backend.desk.four_eyes import Eyes
from backend.desk.merging import Deed
from backend.errors import BadInput, NotAllowed, NotFound
from backend.joint import service as joint
from backend.joint.service import Taken
from backend.models.cases import Case
from backend.models.staff import Role, StaffAccount
from backend.ratings import notices
from backend.staff.permissions import require
from backend.staff.visibility import stands_in, units_below, units_of
from backend.vocabulary.case_lifecycle import FACTS, Action, Status
from backend.vocabulary.messages import File
from backend.vocabulary.task_lifecycle import JOINT

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


@dataclass(frozen=True)
class Taking:
    """One step as this person takes it; `units` are those that they speak for."""

    session: Session
    staff: StaffAccount
    case: Case
    action: Action
    details: Details
    now: datetime
    units: frozenset[str]
    photos: Sequence[File] = ()

    @property
    def actor(self) -> Actor:
        return actor_for(self.staff)

    @property
    def found(self) -> dict[str, object]:
        """For whom a deputy of another unit does it."""
        case, staff = self.case, self.staff
        is_for_others = case.unit_code != staff.unit_code and stands_in(staff, case.unit)
        return {"stands_in_for": case.unit_code} if is_for_others else {}


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
    different_handler.must_be_others(session, staff, case, action)
    way = WAYS.get(action, _note if action in FACTS else _act)
    way(Taking(session, staff, case, action, details, now, units, photos))
    return case


def _act(it: Taking) -> None:
    act(it.session, it.case, it.action, it.actor, it.details, now=it.now, found=it.found)


def _note(it: Taking) -> None:
    """A fact needs a case that is still worked on; to urge needs a reason as well."""
    if it.action in URGES and not (it.details.reason or it.details.text):
        raise BadInput(f"请填写{it.action.label}原因")
    check_open(Status(it.case.status), it.action)
    note(it.session, it.case, it.action, it.actor, it.details, now=it.now, found=it.found)


def _end(it: Taking) -> None:
    """At once, or as soon as somebody else has looked."""
    why = four_eyes.why(it.session, it.case)
    if not why:
        _act(it)
        return
    found = it.found | why
    four_eyes.propose(it.session, it.case, it.action, it.actor, it.details, now=it.now, found=found)


def _decide(it: Taking) -> None:
    eyes = Eyes(it.staff, it.actor, it.units)
    four_eyes.decide(it.session, it.case, it.action, eyes, it.details, now=it.now)


def _jointly(it: Taking) -> None:
    taken = Taken(it.session, it.case, it.actor, it.details, it.now, it.units, it.found)
    joint.take(taken, it.action)


def _unmask(it: Taking) -> None:
    anonymity.unmask(it.session, it.case, it.staff, it.actor, it.details, now=it.now)


def _acknowledge(it: Taking) -> None:
    """Nobody reads of their own unit what the unit above must read, as its deputy."""
    units = it.units
    if it.case.unit_code == it.staff.unit_code:
        units = frozenset(it.session.scalars(units_below(it.staff.unit_code)))
    notices.acknowledge(it.session, it.case, it.actor, units, it.details, now=it.now)


def _visit(it: Taking) -> None:
    check_open(Status(it.case.status), it.action)
    field_visits.record(it.session, it.case, it.actor, it.details, it.photos, now=it.now)


def _exclude(it: Taking) -> None:
    exclusions.take(it.session, it.staff, it.case, it.action, it.details, now=it.now)


# What is more than a step of the lifecycle's table, or a fact that is only logged.
WAYS: dict[Action, Callable[[Taking], None]] = {
    **dict.fromkeys(JOINT, _jointly),
    **dict.fromkeys(four_eyes.GUARDED, _end),
    **dict.fromkeys(four_eyes.DECISIONS, _decide),
    **dict.fromkeys(EXCLUDING, _exclude),
    Action.UNMASK: _unmask,
    Action.ACKNOWLEDGE: _acknowledge,
    Action.VISIT: _visit,
}


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
    units = frozenset(session.scalars(units_of(staff)))
    if not is_holder(staff, case, units, action):
        who = case.unit.name if case.unit else "派单员"
        raise NotAllowed(f"这件工单现在在{who}手里，您不能{action.label}")
    return case, units


def is_holder(staff: StaffAccount, case: Case, units: frozenset[str], action: Action) -> bool:
    """Whether the case is with a unit that the person speaks for, where that matters."""
    if action not in UNIT_STEPS or Role(staff.role) is not Role.HANDLER:
        return True
    return case.unit_code in units
