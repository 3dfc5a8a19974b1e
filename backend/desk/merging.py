"""Staff put cases of one incident together, and take one out again. Nothing is deleted.

The lead is locked first and a member after it, here as in every step of a lead. The member is not
waited for: whoever has it is at work on it, so two who merge at once never wait for each other.
"""

from dataclasses import dataclass
from datetime import datetime

from psycopg.errors import LockNotAvailable
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from backend.cases import members
from backend.cases.due_times import happened, set_due_times
from backend.cases.events import event_of, write
from backend.cases.locking import locked
from backend.cases.notifications import tell
from backend.cases.step import Details
from backend.cases.stepping import Actor, go_along
from backend.deadlines.city import calendar
from backend.errors import BadInput, Conflict
from backend.models.cases import Case
from backend.models.joint_work import Task
from backend.vocabulary.case_lifecycle import Action, Status


@dataclass(frozen=True)
class Deed:
    """Who does it, why and when."""

    actor: Actor
    reason: str | None
    now: datetime


def merge(session: Session, member: Case, lead: Case, deed: Deed) -> None:
    """From now on `member` is handled with `lead`. Raises BadInput or Conflict."""
    if member.id == lead.id:
        raise BadInput("一件工单不能并到自己里面，请写另一件的编号")
    locked(session, lead.id)
    _lock_or_leave(session, member)
    _must_be_free(session, member)
    _must_be_able_to_lead(member, lead)
    _must_go_the_same_way(member, lead)
    details = Details(reason=deed.reason)
    due = {"member": member.case_no, "due": member.resolve_by.isoformat()}
    member.lead_id, member.lead = lead.id, lead
    told = {**details.kept(), **members.lead_clocks(lead), "unit": lead.unit_code}
    go_along(session, member, lead, Action.MERGE, deed.actor, told, now=deed.now)
    log_of_lead = event_of(lead, Action.MERGE, deed.actor, details, due, now=deed.now)
    write(session, log_of_lead)
    set_due_times(lead, happened(session, [lead])[lead.id], calendar())


def _lock_or_leave(session: Session, case: Case) -> None:
    number = case.case_no  # after the failure nothing can be read any more
    try:
        session.refresh(case, with_for_update={"of": Case, "key_share": True, "nowait": True})
    except OperationalError as error:
        if isinstance(error.orig, LockNotAvailable):
            raise Conflict(f"{number} 正有同事在办，请过一会儿再试") from error
        raise


def _must_be_free(session: Session, member: Case) -> None:
    _must_be_open(member)
    if member.lead is not None:
        raise Conflict(f"{member.case_no} 已经并在 {member.lead.case_no} 里了，要改先拆出来")
    if below := members.count_of(session, member):
        raise Conflict(f"{member.case_no} 下面并着 {below} 件，请把那一件并到它这里来")
    running = select(func.count(Task.id)).where(Task.case_id == member.id, Task.ended_at.is_(None))
    if session.scalar(running):
        raise Conflict(f"{member.case_no} 还有任务没办完，请由它牵头，或者先取消任务")


def _must_be_able_to_lead(member: Case, lead: Case) -> None:
    _must_be_open(lead)
    if lead.lead is not None:
        raise Conflict(f"{lead.case_no} 自己并在 {lead.lead.case_no} 里，请并到那一件")
    if lead.status == Status.REGISTERED and member.status != Status.REGISTERED:
        raise Conflict(f"{lead.case_no} 还没派单，请由 {member.case_no} 牵头，或者先派单")


def _must_go_the_same_way(member: Case, lead: Case) -> None:
    """Praise cannot be resolved with a complaint, nor a suggestion."""
    if member.track != lead.track:
        raise Conflict(f"{member.case_no} 和 {lead.case_no} 不是一类事，办法不同，不能并在一起")


def _must_be_open(case: Case) -> None:
    status = Status(case.status)
    if not status.is_open:
        raise Conflict(f"{case.case_no} 现在是“{status.label}”，不能并案")


def split(session: Session, member: Case, deed: Deed) -> None:
    """It goes on alone, as the whole stands now. Raises BadInput or Conflict."""
    if not (deed.reason or "").strip():
        raise BadInput("请填写为什么拆出来")
    locked(session, member.id)
    lead = member.lead
    if lead is None:
        raise Conflict("这件没有和别的并在一起，不用拆")
    _must_be_open(member)
    member.lead_id = member.lead = None
    details = Details(reason=deed.reason)
    own = event_of(
        member, Action.SPLIT, deed.actor, details, {"was_in": lead.case_no}, now=deed.now
    )
    its = event_of(
        lead, Action.SPLIT, deed.actor, details, {"member": member.case_no}, now=deed.now
    )
    write(session, own)
    write(session, its)
    set_due_times(member, happened(session, [member])[member.id], calendar())
    tell(session, member, own, deed.actor, deed.now)
