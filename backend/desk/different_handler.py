"""A case that the resident has had opened again is looked at by somebody else, where there is
somebody: the unit stays accountable, and the person changes."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.errors import Conflict
from backend.models.cases import Case, CaseEvent
from backend.models.staff import Role, StaffAccount
from backend.vocabulary.case_lifecycle import Action

# Who did these in an earlier round has had it in hand; and these are what they leave to others.
HANDLES = frozenset({Action.ACCEPT, Action.RESOLVE, Action.ADOPT, Action.REPLY, Action.FORWARD})


def must_be_others(session: Session, staff: StaffAccount, case: Case, action: Action) -> None:
    """Raises Conflict for who had it before, while a colleague could take it."""
    if action not in HANDLES or case.round == 1:
        return
    # Not `case.events`: once that is read, it would not show what this step adds.
    log = session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id)).all()
    if is_for_others(session, staff, case, log):
        raise Conflict("上一轮是您办的，市民要求重办，请同事来办这一轮")


def is_for_others(
    session: Session, staff: StaffAccount, case: Case, log: Iterable[CaseEvent]
) -> bool:
    """`log` is the case's own, whole."""
    if case.round == 1 or Role(staff.role) is not Role.HANDLER:
        return False
    # What only came back on its day stays with who knows it.
    is_reopened, before = False, set()
    for event in log:
        is_reopened |= event.action == Action.REOPEN and event.round == case.round
        if event.round < case.round and event.action in HANDLES:
            before.add(event.actor)
    return (
        is_reopened and f"staff:{staff.username}" in before and _has_others(session, case, before)
    )


def _has_others(session: Session, case: Case, before: set[str]) -> bool:
    colleagues = session.scalars(
        select(StaffAccount.username).where(
            StaffAccount.unit_code == case.unit_code,
            StaffAccount.role == Role.HANDLER,
            StaffAccount.active,
        )
    )
    return any(f"staff:{name}" not in before for name in colleagues)
