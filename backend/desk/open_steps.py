"""What a member of staff may do with a case as it stands now: the forms that a page shows."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from backend.cases import anonymity
from backend.cases.contact import actor_for
from backend.cases.facts import fits
from backend.desk import different_handler, exclusions, four_eyes
from backend.desk.exclusions import EXCLUDING
from backend.desk.four_eyes import Eyes
from backend.desk.steps import is_holder
from backend.joint import service as joint
from backend.joint.service import Joint
from backend.models.cases import Case
from backend.models.ratings import LowRatingNotice
from backend.models.staff import Role, StaffAccount
from backend.ratings import notices
from backend.staff.permissions import MAY
from backend.staff.visibility import units_of
from backend.vocabulary.case_lifecycle import FACTS, Action, Status, allowed_actions
from backend.vocabulary.task_lifecycle import JOINT


def open_to(
    session: Session,
    staff: StaffAccount,
    case: Case,
    together: Joint,
    told: Sequence[LowRatingNotice] = (),
) -> list[Action]:
    units = _units_there(session, staff, case, together, told)
    excluding = exclusions.fitting(session, case)
    facts = sorted((FACTS - EXCLUDING) | excluding)
    possible = [*allowed_actions(Status(case.status)), *facts]
    eyes = Eyes(staff, actor_for(staff), units)
    for_others = different_handler.is_for_others(session, staff, case, case.events)
    return [
        action
        for action in possible
        if Role(staff.role) in MAY.get(action, ())
        and (
            joint.fits(case, together, units, action)
            if action in JOINT
            else action in excluding or fits(case, action)
        )
        and is_holder(staff, case, units, action)
        and not (for_others and action in different_handler.HANDLES)
        and (action not in four_eyes.DECISIONS or four_eyes.is_offered(case, eyes))
        and (action is not Action.ACKNOWLEDGE or notices.wait_for(told, units))
        and (action is not Action.UNMASK or anonymity.may_unmask(session, staff, case))
    ]


def _units_there(
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
    return frozenset(session.scalars(units_of(staff)))
