"""A reopened case goes to another handler of the unit, where there is one."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.errors import Conflict
from backend.models.cases import Case, CaseEvent
from backend.models.staff import Role, StaffAccount
from backend.staff.accounts import actor_for
from backend.vocabulary.case_lifecycle import Action

# Actions that count as handling a round, and that earlier handlers leave to others.
HANDLES = frozenset({Action.ACCEPT, Action.RESOLVE, Action.ADOPT, Action.REPLY, Action.FORWARD})


def must_be_others(session: Session, staff: StaffAccount, case: Case, action: Action) -> None:
    """Raises Conflict for an earlier handler while a colleague could take the step."""
    if action not in HANDLES or case.round == 1:
        return
    # Not `case.events`: once loaded, that list would lack the event that this step adds.
    events = session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id)).all()
    if is_for_others(session, staff, case, events):
        raise Conflict("上一轮是您办的，市民要求重办，请同事来办这一轮")


def is_for_others(
    session: Session, staff: StaffAccount, case: Case, events: Iterable[CaseEvent]
) -> bool:
    """True if a colleague should handle this round. `events` are all of the case's."""
    if case.round == 1 or Role(staff.role) is not Role.HANDLER:
        return False
    # A case that came back on its follow-up date was not reopened: it keeps its handler.
    is_reopened, earlier_handlers = False, set()
    for event in events:
        is_reopened |= event.action == Action.REOPEN and event.round == case.round
        if event.round < case.round and event.action in HANDLES:
            earlier_handlers.add(event.actor)
    return (
        is_reopened
        and actor_for(staff).key in earlier_handlers
        and _has_other_handlers(session, case, earlier_handlers)
    )


def _has_other_handlers(session: Session, case: Case, earlier_handlers: set[str]) -> bool:
    usernames = session.scalars(
        select(StaffAccount.username).where(
            StaffAccount.unit_code == case.unit_code,
            StaffAccount.role == Role.HANDLER,
            StaffAccount.active,
        )
    )
    return any(f"staff:{username}" not in earlier_handlers for username in usernames)
