"""Assigning a case to a person of the unit that has it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.cases.step import StaffStep
from backend.cases.stepping import act, note
from backend.errors import BadInput, Conflict
from backend.models.cases import Case
from backend.models.staff import Role, StaffAccount
from backend.vocabulary.step_details import Assign

ASSIGNABLE = (Role.HANDLER, Role.LEADER)


def colleagues(session: Session, unit_code: str | None) -> list[StaffAccount]:
    """The active handlers and leaders of the unit."""
    if unit_code is None:
        return []
    query = select(StaffAccount).where(
        StaffAccount.unit_code == unit_code,
        StaffAccount.role.in_(ASSIGNABLE),
        StaffAccount.active,
    )
    return list(session.scalars(query.order_by(StaffAccount.display_name, StaffAccount.id)))


def assign(step: StaffStep[Assign]) -> None:
    """Raises BadInput or Conflict."""
    if step.case.unit_code is None:
        raise Conflict("还没有承办单位，先派单")
    person = _colleague(step.session, step.case, step.details.assignee)
    step.case.assignee_id = person.id
    step.event_details["assignee_name"] = person.display_name
    note(step)


def _colleague(session: Session, case: Case, username: str) -> StaffAccount:
    """Raises BadInput."""
    for person in colleagues(session, case.unit_code):
        if person.username == username:
            return person
    raise BadInput("承办单位里没有这个人，请重新选")


def accept(step: StaffStep) -> None:
    """Take the case on; who signs for the own unit has it, where nobody was named."""
    act(step)
    staff, case = step.staff, step.case
    is_own = staff.unit_code == case.unit_code and Role(staff.role) in ASSIGNABLE
    if case.assignee_id is None and is_own:
        case.assignee_id = staff.id
