"""Who an appeal is from, hidden from those who handle it.

A report (举报) hides it by itself, every other appeal when the resident wishes so. Whom it is
against cannot be told from the words, and it may well be the unit that handles it: so the rule asks
nothing about that. No handler, of whatever unit, sees the name, the phone or the account, or hears
the voice. A dispatcher, supervisor or administrator of the centre, or of a unit over the one that
has the case, may look, for a reason, for an hour; that is an event of the case. Who belongs to a
unit that handles it, helps with it or was summoned may not, whatever their role.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backend.cases.queries import of_resident
from backend.cases.step import Details
from backend.cases.stepping import RESIDENT, Actor, note
from backend.errors import BadInput, Conflict, NotAllowed
from backend.models.cases import Case
from backend.models.joint_work import Task, WhistleResponse
from backend.models.staff import StaffAccount
from backend.models.units import Unit
from backend.staff.visibility import is_deputy, units_below
from backend.vocabulary.case_lifecycle import Action

SEEN_FOR = timedelta(hours=1)


def may_unmask(session: Session, staff: StaffAccount, case: Case) -> bool:
    """Beside having the role for it: of the centre, or over the unit that leads, and nobody's who
    has had a hand in it."""
    if staff.unit.parent_code is None:
        return True
    own = select(Unit.code).where(or_(Unit.code == staff.unit_code, is_deputy(staff)))
    if _at_work_on(session, case) & set(session.scalars(own)):
        return False
    return case.unit_code in set(session.scalars(units_below(staff.unit_code)))


def _at_work_on(session: Session, case: Case) -> set[str | None]:
    tasks = select(Task.unit_code).where(Task.case_id == case.id)
    summoned = select(WhistleResponse.unit_code).where(WhistleResponse.case_id == case.id)
    return {case.unit_code, case.first_contact_owner, *session.scalars(tasks.union(summoned))}


def _of_residents(session: Session, residents: Collection[int]) -> list[Case]:
    """Also what is over: who it was from is nobody's business then, either."""
    hidden = select(Case).where(Case.resident_id.in_(residents), Case.anonymous)
    return list(session.scalars(hidden.order_by(Case.id)))


def hidden_from(session: Session, staff: StaffAccount, residents: Collection[int]) -> set[int]:
    """Those of them who must stay unknown to this person, in no list either."""
    if staff.unit.parent_code is None:
        return set()
    cases = _of_residents(session, residents)
    return {case.resident_id for case in cases if not may_unmask(session, staff, case)}


def unmask(
    session: Session,
    case: Case,
    staff: StaffAccount,
    actor: Actor,
    details: Details,
    *,
    now: datetime,
) -> None:
    """Raises NotAllowed, BadInput or Conflict."""
    if not case.anonymous:
        raise Conflict("这件没有匿名，不用查看")
    if not may_unmask(session, staff, case):
        raise NotAllowed("这件匿名，只有民呼中心和承办单位的上级能查看是谁反映的")
    if not (details.reason or "").strip():
        raise BadInput("请填写为什么要查看")
    note(session, case, Action.UNMASK, actor, Details(reason=details.reason), now=now)


def is_unmasked(case: Case, actor_key: str, *, now: datetime) -> bool:
    """Whether this member of staff has looked within the hour."""
    return any(
        event.action == Action.UNMASK and event.actor == actor_key and now - event.at < SEEN_FOR
        for event in case.events
    )


def look(
    session: Session,
    resident_id: int,
    staff: StaffAccount,
    actor: Actor,
    why: str,
    *,
    now: datetime,
) -> None:
    """Whoever reads the chat knows whom its cases are from: that is looking too.

    Raises NotAllowed where they may not.
    """
    for case in _of_residents(session, [resident_id]):
        if not may_unmask(session, staff, case):
            raise NotAllowed("这位市民匿名反映过事情，要看会话，请找民呼中心")
        if not is_unmasked(case, actor.key, now=now):
            note(session, case, Action.UNMASK, actor, Details(reason=why), now=now)


def wish(
    session: Session, resident_id: int, *, hidden: bool, message_id: int, now: datetime
) -> list[Case]:
    """The resident's word on all that is open of theirs; gives the cases that it changed."""
    changed = []
    action = Action.HIDE_IDENTITY if hidden else Action.SHOW_IDENTITY
    for case in of_resident(session, resident_id, only_open=True):
        if case.anonymous != hidden:
            note(session, case, action, RESIDENT, Details(), now=now, message_id=message_id)
            changed.append(case)
    return changed
