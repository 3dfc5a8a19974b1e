"""Who an appeal is from, hidden from those who handle it.

A report (举报) hides it by itself, every other appeal when the resident wishes so. Whom it is
against cannot be told from the words, and it may well be the unit that handles it: so the rule asks
nothing about that. No handler, of whatever unit, sees the name, the phone or the account, or hears
the voice. A dispatcher, supervisor or administrator may look, for a reason, for an hour; that is
an event of the case. Not even they may when it is with their own unit, unless that is the centre.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.cases.lifecycle import OPEN, Action
from backend.cases.models import Case
from backend.cases.service import RESIDENT, Actor, note, of_resident
from backend.cases.steps import Details
from backend.errors import BadInput, Conflict, NotAllowed
from backend.staff.models import StaffAccount

SEEN_FOR = timedelta(hours=1)


def may_unmask(staff: StaffAccount, case: Case) -> bool:
    """Beside having the role for it: the unit that has the case is never among them."""
    return staff.unit.parent_code is None or staff.unit_code not in {
        case.unit_code,
        case.first_contact_owner,
    }


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
    if not may_unmask(staff, case):
        raise NotAllowed("这件匿名，又在您自己的单位办，不能查看是谁反映的")
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
    hidden = select(Case).where(
        Case.resident_id == resident_id, Case.anonymous, Case.status.in_(OPEN)
    )
    for case in session.scalars(hidden.order_by(Case.id)):
        if not may_unmask(staff, case):
            raise NotAllowed("这位市民匿名反映的事在您自己的单位办，不能看会话")
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
