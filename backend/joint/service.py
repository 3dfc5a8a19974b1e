"""Tasks and whistles of a case. Each step is a fact in the case's own log."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from backend.cases.step import Details
from backend.cases.stepping import Actor, note
from backend.deadlines.city import calendar, time_limits
from backend.deadlines.rules import deadline
from backend.deadlines.working_time import later, worked
from backend.errors import BadInput, Conflict, NotAllowed, NotFound
from backend.models.cases import Case
from backend.models.joint_work import Task, Whistle, WhistleResponse
from backend.models.units import Unit
from backend.vocabulary.case_lifecycle import Action, Status
from backend.vocabulary.task_lifecycle import TASK_TRANSITIONS, TaskStatus, next_task_status

MOST_SUMMONED = 10
WHISTLES = "street"  # the tier that summons departments


@dataclass(frozen=True)
class Joint:
    """What units do together for one case."""

    tasks: Sequence[Task] = ()
    whistles: Sequence[Whistle] = ()

    def tasks_for(self, action: Action, units: frozenset[str]) -> list[Task]:
        """Those that this step can be taken with by these units."""
        return [
            task
            for task in self.tasks
            if (TaskStatus(task.status), action) in TASK_TRANSITIONS
            and (action is Action.CANCEL_TASK or task.unit_code in units)
        ]

    def waiting_for(self, units: frozenset[str]) -> list[WhistleResponse]:
        return [
            one
            for whistle in self.whistles
            for one in whistle.responses
            if one.responded_at is None and one.unit_code in units
        ]


@dataclass(frozen=True)
class Taken:
    """One step as it is taken; `units` are those in whose name this person may speak."""

    session: Session
    case: Case
    actor: Actor
    details: Details
    now: datetime
    units: frozenset[str]
    found: dict[str, object] = field(default_factory=dict)


def of_case(session: Session, case: Case) -> Joint:
    tasks = session.scalars(
        select(Task).where(Task.case_id == case.id).options(joinedload(Task.unit)).order_by(Task.id)
    ).all()
    whistles = session.scalars(
        select(Whistle)
        .where(Whistle.case_id == case.id)
        .options(joinedload(Whistle.responses).joinedload(WhistleResponse.unit))
        .order_by(Whistle.id)
    )
    return Joint(tasks, whistles.unique().all())


def fits(case: Case, joint: Joint, units: frozenset[str], action: Action) -> bool:
    """Whether a form for it is worth showing."""
    status = Status(case.status)
    match action:
        case Action.ADD_TASK:
            return status is Status.ACCEPTED
        case Action.RAISE_WHISTLE:
            is_streets = case.unit is not None and case.unit.tier == WHISTLES
            return status is Status.ACCEPTED and is_streets
        case Action.RESPOND:
            return status.is_open and bool(joint.waiting_for(units))
    return bool(joint.tasks_for(action, units))


def take(taken: Taken, action: Action) -> None:
    """Raises BadInput, Conflict, NotAllowed or NotFound, and then changes nothing."""
    _EFFECTS[action](taken, action)
    note(
        taken.session,
        taken.case,
        action,
        taken.actor,
        taken.details,
        now=taken.now,
        found=taken.found,
    )


def _add_task(taken: Taken, action: Action) -> None:
    case = _being_handled(taken.case, action)
    words = taken.details.needing("text", "任务内容")
    unit = _unit(taken, taken.details.needing("unit", "协办单位"))
    if unit.code == case.unit_code:
        raise BadInput("任务要交给别的单位；自己办的不用拆")
    task = Task(
        case_id=case.id,
        unit_code=unit.code,
        text=words,
        status=TaskStatus.ASSIGNED,
        resolve_by=_task_due(taken),
        added_at=taken.now,
    )
    taken.session.add(task)
    taken.session.flush()
    taken.found.update(task=task.id)


def _task_due(taken: Taken) -> datetime:
    """The case's own deadline, or a nearer one."""
    days, latest = taken.details.days, taken.case.resolve_by
    if days is None:
        return latest
    due = deadline(taken.now, days, calendar())
    if days < 1 or due > latest:
        raise BadInput("任务至少要有一个工作日，也不能晚于工单的办结期限")
    return due


def _step_task(taken: Taken, action: Action) -> None:
    if taken.details.task is None:
        raise BadInput("请选一个任务")
    task = taken.session.get(Task, taken.details.task)
    if task is None or task.case_id != taken.case.id:
        raise NotFound("这件工单没有这个任务")
    _must_be_theirs(taken, task, action)
    task.status = next_task_status(TaskStatus(task.status), action)
    if action is Action.ACCEPT_TASK:
        task.accepted_at = taken.now
        return
    what = ("text", "完成情况") if action is Action.FINISH_TASK else ("reason", "取消原因")
    task.result, task.ended_at = taken.details.needing(*what), taken.now


def _must_be_theirs(taken: Taken, task: Task, action: Action) -> None:
    """The helper accepts and finishes; whoever has the case, or dispatches, cancels."""
    if action is not Action.CANCEL_TASK and task.unit_code not in taken.units:
        raise NotAllowed("这个任务是别的单位的")


def _raise_whistle(taken: Taken, action: Action) -> None:
    case = _being_handled(taken.case, action)
    if case.unit is None or case.unit.tier != WHISTLES:
        raise NotAllowed("吹哨是镇街的事；别的单位要人帮忙，请拆分任务或退单说明")
    reason = taken.details.needing("reason", "吹哨原因")
    units = [_unit(taken, code) for code in dict.fromkeys(taken.details.units or ())]
    if not 0 < len(units) <= MOST_SUMMONED:
        raise BadInput(f"请写要哪些单位来，1 到 {MOST_SUMMONED} 家")
    if case.unit_code in {unit.code for unit in units}:
        raise BadInput("不用给自己吹哨")
    report_in = time_limits().report_in
    respond_by = later(taken.now, timedelta(hours=report_in), calendar())
    whistle = Whistle(case_id=case.id, unit_code=case.unit_code, reason=reason, raised_at=taken.now)
    whistle.responses = [
        WhistleResponse(case_id=case.id, unit_code=unit.code, respond_by=respond_by)
        for unit in units
    ]
    taken.session.add(whistle)
    taken.session.flush()
    taken.found.update(whistle=whistle.id, report_in=report_in, respond_by=respond_by.isoformat())


def _respond(taken: Taken, action: Action) -> None:
    """Report in to the oldest whistle that still waits for one of these units."""
    if not Status(taken.case.status).is_open:
        raise Conflict("这件事已经办完，不用再报到")
    words = taken.details.needing("text", "谁来、什么时候到")
    waiting = of_case(taken.session, taken.case).waiting_for(taken.units)
    if not waiting:
        raise Conflict("没有等您单位报到的哨")
    response = waiting[0]
    response.responded_at, response.text = taken.now, words
    whistle = taken.session.get_one(Whistle, response.whistle_id)
    minutes = worked(whistle.raised_at, taken.now, calendar()).total_seconds() // 60
    taken.found.update(
        whistle=whistle.id,
        unit=response.unit_code,
        raised_at=whistle.raised_at.isoformat(),
        minutes=int(minutes),
        in_time=taken.now <= response.respond_by,
    )


def _being_handled(case: Case, action: Action) -> Case:
    status = Status(case.status)
    if status is not Status.ACCEPTED:
        raise Conflict(f"现在是“{status.label}”，不能{action.label}")
    return case


def _unit(taken: Taken, code: str) -> Unit:
    unit = taken.session.get(Unit, code)
    if unit is None or not unit.active:
        raise BadInput(f"没有编号为 {code} 的单位")
    return unit


_EFFECTS = {
    Action.ADD_TASK: _add_task,
    Action.ACCEPT_TASK: _step_task,
    Action.FINISH_TASK: _step_task,
    Action.CANCEL_TASK: _step_task,
    Action.RAISE_WHISTLE: _raise_whistle,
    Action.RESPOND: _respond,
}
