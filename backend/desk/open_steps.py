"""Actions that a member of staff may take on a case now; its page shows a form for each."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from backend.cases import anonymity
from backend.cases.members import MEMBER_ACTIONS
from backend.cases.recalls import is_recallable
from backend.desk import contacting, different_handler, exclusions, four_eyes
from backend.desk.exclusions import EXCLUDING
from backend.desk.steps import is_holder
from backend.joint import service as joint
from backend.joint.service import JointWork
from backend.models.cases import Case
from backend.models.ratings import LowRatingNotice
from backend.models.staff import Role, StaffAccount
from backend.ratings import notices
from backend.staff.permissions import MAY
from backend.staff.visibility import units_of
from backend.vocabulary.case_lifecycle import FACTS, Action, Status, allowed_actions
from backend.vocabulary.task_lifecycle import JOINT
from backend.vocabulary.tracks import Track, allows


def open_actions(
    session: Session,
    staff: StaffAccount,
    case: Case,
    joint_work: JointWork,
    low_ratings: Sequence[LowRatingNotice] = (),
) -> list[Action]:
    """`low_ratings` are the notices of the case's low ratings."""
    units = _involved_units(session, staff, case, joint_work, low_ratings)
    excluding = exclusions.possible_actions(session, case)
    facts = sorted((FACTS - EXCLUDING) | excluding)
    possible = [*allowed_actions(Status(case.status)), *facts]
    for_others = different_handler.is_for_others(session, staff, case, case.events)
    return [
        action
        for action in possible
        if Role(staff.role) in MAY.get(action, ())
        and (
            joint.fits(case, joint_work, units, action)
            if action in JOINT
            else action in excluding or _fits(case, action)
        )
        and is_holder(staff, case, units, action)
        and not (for_others and action in different_handler.HANDLES)
        and (action not in four_eyes.DECISIONS or four_eyes.is_offered(case, staff, units))
        and (action is not Action.ACKNOWLEDGE or notices.wait_for(low_ratings, units))
        and (action is not Action.MESSAGE or contacting.takes_messages(session, case))
        and (action is not Action.ASK_RELAY or contacting.must_ask_centre(session, case))
        and (action is not Action.UNMASK or anonymity.may_unmask(session, staff, case))
    ]


def _involved_units(
    session: Session,
    staff: StaffAccount,
    case: Case,
    joint_work: JointWork,
    low_ratings: Sequence[LowRatingNotice],
) -> frozenset[str]:
    """Codes of the units that the staff may act for; at the centre only those of the case."""
    if staff.unit.parent_code is None:
        codes = {case.unit_code}
        codes |= {task.unit_code for task in joint_work.tasks}
        codes |= {call.unit_code for whistle in joint_work.whistles for call in whistle.responses}
        codes |= {notice.to_unit for notice in low_ratings}
        return frozenset(code for code in codes if code is not None)
    return frozenset(session.scalars(units_of(staff)))


def _fits(case: Case, action: Action) -> bool:
    """True if to offer the form: some actions that the lifecycle allows make no sense now."""
    status, is_extension_asked = Status(case.status), case.extension_asked is not None
    is_disputed = case.disputed_at is not None
    if case.lead_id is not None and status.is_open and action not in MEMBER_ACTIONS:
        return False
    match action:
        case Action.MERGE:
            return status.is_open
        case Action.SPLIT:
            return status.is_open and case.lead_id is not None
        case Action.UNMASK:
            return case.anonymous
        case Action.SEE_NEWS:
            return case.news_at is not None
        case Action.ASSIGN | Action.INTERVIEW:
            return status.is_open and case.unit_code is not None
        case Action.FOLLOW_UP:
            return case.tell_at is not None
        case Action.ACKNOWLEDGE_URGING:
            return status.is_open and case.urged_at is not None
        case Action.EXTEND | Action.REFUSE_EXTENSION:
            return is_extension_asked and status is Status.ACCEPTED
        case Action.ASK_EXTENSION:
            return status is Status.ACCEPTED and not is_extension_asked and case.extended_at is None
        case Action.DISPATCH | Action.REFUSE_RETURN:
            return not is_disputed
        case Action.RECALL:
            return is_recallable(case)
        case Action.ANSWER:
            return case.round == 1
        case Action.ARBITRATE:
            return is_disputed
        case Action.RESOLVE | Action.DECLINE:
            return case.closing is None and allows(Track(case.track), action)
        case Action.CONFIRM | Action.SEND_BACK:
            return case.closing is not None
        case Action.ACKNOWLEDGE:
            return True  # in any status: the low rating remains
        case Action.BRING_BACK:
            return False  # only the sweep takes this step
        case Action.VISIT:
            return status.is_open
        case Action.RETURN:
            return case.bound_unit is None or case.bound_unit != case.unit_code
    if action in FACTS:
        return status.is_open
    return allows(Track(case.track), action)
