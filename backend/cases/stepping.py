"""The one writer of cases: every step checks the table, writes an event and tells the resident."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from backend.cases import members
from backend.cases.appeals import (
    Appeal as Appeal,
)
from backend.cases.appeals import (
    Notice as Notice,
)
from backend.cases.appeals import (
    Notices as Notices,
)
from backend.cases.due_times import happened, set_due_times
from backend.cases.effects import EFFECTS
from backend.cases.events import _log, event_of, was_noted, write
from backend.cases.facts import FACT_EFFECTS
from backend.cases.locking import locked
from backend.cases.notifications import tell
from backend.cases.step import Details, Step
from backend.cases.task_due_times import MOVES_JOINT, set_joint_due_times
from backend.deadlines.city import calendar
from backend.deadlines.clocks import MOVES, Happened, read
from backend.models.cases import Case
from backend.vocabulary.actors import ANSWERING as ANSWERING
from backend.vocabulary.actors import BOT as BOT
from backend.vocabulary.actors import RESIDENT as RESIDENT
from backend.vocabulary.actors import ROUTER as ROUTER
from backend.vocabulary.actors import SYSTEM as SYSTEM
from backend.vocabulary.actors import Actor as Actor
from backend.vocabulary.case_lifecycle import FACTS, Action, Status, next_status
from backend.vocabulary.tracks import Track, must_know


def act(
    session: Session,
    case: Case,
    action: Action,
    actor: Actor,
    details: Details,
    *,
    now: datetime,
    found: Mapping[str, object] | None = None,
    notices: Notices | None = None,
) -> None:
    """Take one step of the lifecycle. Raises Conflict or BadInput, and then changes nothing."""
    locked(session, case.id)
    log = happened(session, [case])[case.id]
    _take(session, case, action, actor, details, log, now=now, found=found, notices=notices)


def _take(
    session: Session,
    case: Case,
    action: Action,
    actor: Actor,
    details: Details,
    log: list[Happened],
    *,
    now: datetime,
    found: Mapping[str, object] | None = None,
    notices: Notices | None = None,
) -> None:
    """The step, of a case that is locked and whose log is `log`."""
    before = Status(case.status)
    after = next_status(before, action)
    must_know(Track(case.track), action)
    told = dict(found or {})
    step = Step(session, case, details, now, calendar(), read(log, calendar()), told)
    had_it = case.unit_code
    EFFECTS[action](step)
    case.status = after
    if action is not Action.EXTEND:
        case.closing = None  # it has moved on: what was proposed is past
    event = _log(session, case, action, actor, (before, after), details, now, step.found, had_it)
    log = [*log, Happened(action, now, event.details)]
    set_due_times(case, log, calendar())
    if action in MOVES_JOINT:
        set_joint_due_times(session, case, log, calendar())
    tell(session, case, event, actor, now, notices)
    if members.is_shared(action, before) and members.have_joined(log):
        _take_along(session, case, action, actor, event.details, now)


def note(
    session: Session,
    case: Case,
    action: Action,
    actor: Actor,
    details: Details,
    *,
    now: datetime,
    message_id: int | None = None,
    found: Mapping[str, object] | None = None,
) -> bool:
    """Log a fact. False when the same message said it before. Raises Conflict or BadInput."""
    assert action in FACTS
    if message_id is not None and was_noted(session, case, action, message_id):
        return False
    known = dict(found or {}) | ({} if message_id is None else {"message_id": message_id})
    effect = FACT_EFFECTS.get(action)
    log = []
    if effect:
        locked(session, case.id)
        log = happened(session, [case])[case.id]
        step = Step(session, case, details, now, calendar(), read(log, calendar()), known)
        effect(step)
    event = _log(session, case, action, actor, None, details, now, known)
    if action in MOVES:
        set_due_times(case, [*log, Happened(action, now, event.details)], calendar())
    tell(session, case, event, actor, now)
    if members.is_shared(action, None):
        _take_along(session, case, action, actor, event.details, now)
    return True


def _take_along(
    session: Session,
    lead: Case,
    action: Action,
    actor: Actor,
    details: Mapping[str, Any],
    now: datetime,
) -> None:
    """The members of a collective case take the same step, and each resident is told of theirs."""
    for member in members.open_members(session, lead):
        go_along(session, member, lead, action, actor, details, now=now)


def go_along(
    session: Session,
    member: Case,
    lead: Case,
    action: Action,
    actor: Actor,
    details: Mapping[str, Any],
    *,
    now: datetime,
) -> None:
    """One step of a member: it has what its lead has by now, the status too."""
    had_it, before = member.unit_code, member.status
    log = happened(session, [member])[member.id]
    members.take_on(member, lead)
    member.status = lead.status
    event = event_of(member, action, actor, Details(), {**details, "lead": lead.case_no}, now=now)
    if action not in FACTS or action is Action.MERGE:
        event.from_status, event.to_status, event.unit_code = before, lead.status, had_it
    session.flush()
    write(session, event)
    set_due_times(member, [*log, Happened(action, now, event.details)], calendar())
    tell(session, member, event, actor, now)
