"""A case that the resident has had opened again is looked at by somebody else, where there is
somebody: the unit stays accountable, and the person changes."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.cases.lifecycle import Action
from backend.cases.models import Case
from backend.errors import Conflict
from backend.staff.models import Role, StaffAccount

# Who did these in an earlier round has had it in hand; and these are what they leave to others.
HANDLES = frozenset({Action.ACCEPT, Action.RESOLVE, Action.ADOPT, Action.REPLY, Action.FORWARD})


def must_be_others(session: Session, staff: StaffAccount, case: Case, action: Action) -> None:
    """Raises Conflict for who had it before, while a colleague could take it."""
    if action in HANDLES and is_for_others(session, staff, case):
        raise Conflict("上一轮是您办的，市民要求重办，请同事来办这一轮")


def is_for_others(session: Session, staff: StaffAccount, case: Case) -> bool:
    if case.round == 1 or Role(staff.role) is not Role.HANDLER or not _was_reopened(case):
        return False
    before = _had_it_before(case)
    if f"staff:{staff.username}" not in before:
        return False
    colleagues = session.scalars(
        select(StaffAccount.username).where(
            StaffAccount.unit_code == case.unit_code,
            StaffAccount.role == Role.HANDLER,
            StaffAccount.active,
        )
    )
    return any(f"staff:{name}" not in before for name in colleagues)


def _was_reopened(case: Case) -> bool:
    """What only came back on its day stays with who knows it."""
    return any(one.action == Action.REOPEN and one.round == case.round for one in case.events)


def _had_it_before(case: Case) -> set[str]:
    return {one.actor for one in case.events if one.round < case.round and one.action in HANDLES}
