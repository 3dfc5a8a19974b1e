"""Anonymity: the resident's identity is hidden from those who handle the case.

A report (举报) is anonymous, and so is any case whose resident asks for it. A report may
be about the unit that handles it, and the text does not show this reliably: so each is anonymous.
No handler of any unit sees the name, the phone or the account, or hears the recording. A
dispatcher, supervisor or administrator of the centre, or of a unit above the one that has the
case, may unmask the identity for a stated reason and for an hour, which is logged. Staff of a unit
that handles the case, helps with it or was summoned may not, whatever their role.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backend.cases.queries import resident_cases
from backend.cases.step import StaffStep, StepContext
from backend.cases.stepping import note, note_once
from backend.errors import Conflict, NotAllowed
from backend.models.cases import Case
from backend.models.joint_work import Task, WhistleResponse
from backend.models.staff import StaffAccount
from backend.models.units import Unit
from backend.staff.accounts import actor_for
from backend.staff.visibility import is_deputy, units_below
from backend.vocabulary.actors import RESIDENT
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.step_details import NoDetails, WithReason

UNMASKED_FOR = timedelta(hours=1)


def may_unmask(session: Session, staff: StaffAccount, case: Case) -> bool:
    """True if the unit of the staff allows it: the centre, or a unit above that did not take part.

    The caller checks the role.
    """
    if staff.unit.parent_code is None:
        return True
    own_units = select(Unit.code).where(or_(Unit.code == staff.unit_code, is_deputy(staff)))
    if _involved_units(session, case) & set(session.scalars(own_units)):
        return False
    return case.unit_code in set(session.scalars(units_below(staff.unit_code)))


def _involved_units(session: Session, case: Case) -> set[str | None]:
    tasks = select(Task.unit_code).where(Task.case_id == case.id)
    summoned = select(WhistleResponse.unit_code).where(WhistleResponse.case_id == case.id)
    return {case.unit_code, case.first_contact_owner, *session.scalars(tasks.union(summoned))}


def _anonymous_cases(session: Session, residents: Collection[int]) -> list[Case]:
    """Closed cases too: they stay anonymous."""
    query = select(Case).where(Case.resident_id.in_(residents), Case.anonymous)
    return list(session.scalars(query.order_by(Case.id)))


def hidden_from(session: Session, staff: StaffAccount, residents: Collection[int]) -> set[int]:
    """Ids of the residents whom no list may show to this member of staff."""
    if staff.unit.parent_code is None:
        return set()
    cases = _anonymous_cases(session, residents)
    return {case.resident_id for case in cases if not may_unmask(session, staff, case)}


def unmask(step: StaffStep) -> None:
    """Log that the staff look at the identity. Raises NotAllowed or Conflict."""
    case = step.case
    if not case.anonymous:
        raise Conflict("这件没有匿名，不用查看")
    if not may_unmask(step.session, step.staff, case):
        raise NotAllowed("这件匿名，只有民呼中心和承办单位的上级能查看是谁反映的")
    note(step)


def is_unmasked(case: Case, actor_key: str, *, now: datetime) -> bool:
    """True if this member of staff has unmasked the identity within the hour."""
    return any(
        event.action == Action.UNMASK and event.actor == actor_key and now - event.at < UNMASKED_FOR
        for event in case.events
    )


def unmask_chat(
    session: Session, resident_id: int, staff: StaffAccount, reason: str, *, now: datetime
) -> None:
    """Log that the staff read the chat, which reveals whom its anonymous cases are from.

    Raises NotAllowed.
    """
    for case in _anonymous_cases(session, [resident_id]):
        if not may_unmask(session, staff, case):
            raise NotAllowed("这位市民匿名反映过事情，要看会话，请找民呼中心")
        if not is_unmasked(case, actor_for(staff).key, now=now):
            details = WithReason(Action.UNMASK, reason)
            note(StepContext(session, case, actor_for(staff), now, details))


def set_anonymous(
    session: Session, resident_id: int, *, hidden: bool, message_id: int, now: datetime
) -> list[Case]:
    """Apply the resident's wish to all their open cases; returns the cases that it changed."""
    changed = []
    details = NoDetails(Action.HIDE_IDENTITY if hidden else Action.SHOW_IDENTITY)
    for case in resident_cases(session, resident_id, only_open=True):
        if case.anonymous != hidden:
            note_once(StepContext(session, case, RESIDENT, now, details), message_id)
            changed.append(case)
    return changed
