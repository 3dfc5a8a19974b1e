"""Merges cases of one incident into a collective case, and splits a member off again.

The lead is locked before a member, as in every step of a lead. If the member is
locked, merging fails at once, since somebody works on it; so two merges cannot deadlock.
"""

from psycopg.errors import LockNotAvailable
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from backend.cases import members
from backend.cases.due_times import load_clock_events, set_due_times
from backend.cases.events import event_of, write_event
from backend.cases.locking import lock_case
from backend.cases.notifications import notify
from backend.cases.step import StepContext
from backend.cases.stepping import follow_lead
from backend.deadlines.city import calendar
from backend.errors import BadInput, Conflict
from backend.models.cases import Case
from backend.models.joint_work import Task
from backend.vocabulary.case_lifecycle import Status
from backend.vocabulary.step_details import Merge


def merge(step: StepContext[Merge], lead: Case) -> None:
    """Make `step.case` a member of `lead`. Raises BadInput or Conflict."""
    session, member = step.session, step.case
    if member.id == lead.id:
        raise BadInput("一件工单不能并到自己里面，请写另一件的编号")
    lock_case(session, lead.id)
    _lock_without_waiting(session, member)
    _must_be_free(session, member)
    _must_be_able_to_lead(member, lead)
    _must_be_of_one_track(member, lead)
    joined = {"member": member.case_no, "due": member.resolve_by.isoformat()}
    member.lead_id, member.lead = lead.id, lead
    joining = {**members.lead_clocks(lead), "unit": lead.unit_code}
    reason: dict[str, object] = {"reason": step.details.reason}
    follow_lead(step.on(member, reason | joining), lead)
    write_event(session, event_of(step.on(lead, reason | joined)))
    _reset_due_times(session, lead)


def _reset_due_times(session: Session, case: Case) -> None:
    set_due_times(case, load_clock_events(session, [case])[case.id], calendar())


def _lock_without_waiting(session: Session, case: Case) -> None:
    case_no = case.case_no  # after the failure nothing can be read from the database
    try:
        session.refresh(case, with_for_update={"of": Case, "key_share": True, "nowait": True})
    except OperationalError as error:
        if isinstance(error.orig, LockNotAvailable):
            raise Conflict(f"{case_no} 正有同事在办，请过一会儿再试") from error
        raise


def _must_be_free(session: Session, member: Case) -> None:
    _must_be_open(member)
    if member.lead is not None:
        raise Conflict(f"{member.case_no} 已经并在 {member.lead.case_no} 里了，要改先拆出来")
    if own_members := members.member_count(session, member):
        raise Conflict(f"{member.case_no} 下面并着 {own_members} 件，请把那一件并到它这里来")
    running = select(func.count(Task.id)).where(Task.case_id == member.id, Task.ended_at.is_(None))
    if session.scalar(running):
        raise Conflict(f"{member.case_no} 还有任务没办完，请由它牵头，或者先取消任务")


def _must_be_able_to_lead(member: Case, lead: Case) -> None:
    _must_be_open(lead)
    if lead.lead is not None:
        raise Conflict(f"{lead.case_no} 自己并在 {lead.lead.case_no} 里，请并到那一件")
    if lead.status == Status.REGISTERED and member.status != Status.REGISTERED:
        raise Conflict(f"{lead.case_no} 还没派单，请由 {member.case_no} 牵头，或者先派单")


def _must_be_of_one_track(member: Case, lead: Case) -> None:
    """Tracks have different steps: praise cannot be resolved with a complaint."""
    if member.track != lead.track:
        raise Conflict(f"{member.case_no} 和 {lead.case_no} 不是一类事，办法不同，不能并在一起")


def _must_be_open(case: Case) -> None:
    status = Status(case.status)
    if not status.is_open:
        raise Conflict(f"{case.case_no} 现在是“{status.label}”，不能并案")


def split(step: StepContext) -> None:
    """Split `step.case` off its lead; it keeps the present state. Raises Conflict."""
    session, member = step.session, step.case
    lock_case(session, member.id)
    lead = member.lead
    if lead is None:
        raise Conflict("这件没有和别的并在一起，不用拆")
    _must_be_open(member)
    member.lead_id = member.lead = None
    member_step = step.on(member, step.details.as_json() | {"was_in": lead.case_no})
    event = event_of(member_step)
    write_event(session, event)
    write_event(
        session, event_of(step.on(lead, step.details.as_json() | {"member": member.case_no}))
    )
    _reset_due_times(session, member)
    notify(member_step, event)
