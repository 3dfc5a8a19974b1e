"""Joint work on a case: tasks and whistles. Each step is a fact in the case's log."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from backend.cases.step import StaffStep
from backend.cases.stepping import note
from backend.deadlines.city import calendar, time_limits
from backend.deadlines.rules import deadline
from backend.deadlines.working_time import add_working_time, working_time
from backend.errors import BadInput, Conflict, NotAllowed, NotFound
from backend.models.cases import Case
from backend.models.joint_work import Task, Whistle, WhistleResponse
from backend.models.units import Unit
from backend.units.search import active_unit
from backend.vocabulary.case_lifecycle import Action, Status
from backend.vocabulary.step_details import (
    AcceptTask,
    AddTask,
    CancelTask,
    FinishTask,
    RaiseWhistle,
    WithText,
)
from backend.vocabulary.task_lifecycle import TASK_TRANSITIONS, TaskStatus, next_task_status

MOST_SUMMONED = 10
WHISTLING_TIER = "street"  # the tier that may summon departments


@dataclass(frozen=True)
class JointWork:
    """The tasks and whistles of one case."""

    tasks: Sequence[Task] = ()
    whistles: Sequence[Whistle] = ()

    def tasks_for(self, action: Action, units: frozenset[str]) -> list[Task]:
        """The tasks on which these units can take this action."""
        return [
            task
            for task in self.tasks
            if (TaskStatus(task.status), action) in TASK_TRANSITIONS
            and (action is Action.CANCEL_TASK or task.unit_code in units)
        ]

    def waiting_for(self, units: frozenset[str]) -> list[WhistleResponse]:
        return [
            response
            for whistle in self.whistles
            for response in whistle.responses
            if response.responded_at is None and response.unit_code in units
        ]


def load_joint_work(session: Session, case: Case) -> JointWork:
    tasks = session.scalars(
        select(Task).where(Task.case_id == case.id).options(joinedload(Task.unit)).order_by(Task.id)
    ).all()
    whistles = session.scalars(
        select(Whistle)
        .where(Whistle.case_id == case.id)
        .options(joinedload(Whistle.responses).joinedload(WhistleResponse.unit))
        .order_by(Whistle.id)
    )
    return JointWork(tasks, whistles.unique().all())


def fits(case: Case, work: JointWork, units: frozenset[str], action: Action) -> bool:
    """True if to offer the form of this action to these units."""
    status = Status(case.status)
    match action:
        case Action.ADD_TASK:
            return status is Status.ACCEPTED
        case Action.RAISE_WHISTLE:
            may_whistle = case.unit is not None and case.unit.tier == WHISTLING_TIER
            return status is Status.ACCEPTED and may_whistle
        case Action.RESPOND:
            return status.is_open and bool(work.waiting_for(units))
    return bool(work.tasks_for(action, units))


def take(step: StaffStep) -> None:
    """Raises BadInput, Conflict, NotAllowed or NotFound, and then changes nothing."""
    _EFFECTS[step.action](step)
    note(step)


def _add_task(step: StaffStep[AddTask]) -> None:
    case = _accepted_case(step)
    unit = active_unit(step.session, step.details.unit)
    if unit.code == case.unit_code:
        raise BadInput("任务要交给别的单位；自己办的不用拆")
    task = Task(
        case_id=case.id,
        unit_code=unit.code,
        text=step.details.text,
        status=TaskStatus.ASSIGNED,
        resolve_by=_task_due(step),
        added_at=step.now,
    )
    step.session.add(task)
    step.session.flush()
    step.event_details.update(task=task.id)


def _task_due(step: StaffStep[AddTask]) -> datetime:
    """The case's deadline, or an earlier one by the days given. Raises BadInput."""
    days, latest = step.details.days, step.case.resolve_by
    if days is None:
        return latest
    due = deadline(step.now, days, calendar())
    if due > latest:
        raise BadInput("任务至少要有一个工作日，也不能晚于工单的办结期限")
    return due


def _step_task(step: StaffStep[AcceptTask | FinishTask | CancelTask]) -> None:
    details = step.details
    task = step.session.get(Task, details.task)
    if task is None or task.case_id != step.case.id:
        raise NotFound("这件工单没有这个任务")
    _must_be_theirs(step, task)
    task.status = next_task_status(TaskStatus(task.status), step.action)
    if isinstance(details, AcceptTask):
        task.accepted_at = step.now
        return
    task.result = details.text if isinstance(details, FinishTask) else details.reason
    task.ended_at = step.now


def _must_be_theirs(step: StaffStep, task: Task) -> None:
    """Only the helping unit may accept and finish; permissions decide who cancels."""
    if step.action is not Action.CANCEL_TASK and task.unit_code not in step.units:
        raise NotAllowed("这个任务是别的单位的")


def _raise_whistle(step: StaffStep[RaiseWhistle]) -> None:
    case = _accepted_case(step)
    if case.unit is None or case.unit.tier != WHISTLING_TIER:
        raise NotAllowed("吹哨是镇街的事；别的单位要人帮忙，请拆分任务或退单说明")
    units = _summoned_units(step)
    report_in = time_limits().report_in
    respond_by = add_working_time(step.now, timedelta(hours=report_in), calendar())
    whistle = Whistle(
        case_id=case.id,
        unit_code=case.unit_code,
        reason=step.details.reason,
        raised_at=step.now,
    )
    whistle.responses = [
        WhistleResponse(case_id=case.id, unit_code=unit.code, respond_by=respond_by)
        for unit in units
    ]
    step.session.add(whistle)
    step.session.flush()
    step.event_details.update(
        whistle=whistle.id, report_in=report_in, respond_by=respond_by.isoformat()
    )


def _summoned_units(step: StaffStep[RaiseWhistle]) -> list[Unit]:
    codes = dict.fromkeys(step.details.units)
    units = [active_unit(step.session, code) for code in codes]
    if not 0 < len(units) <= MOST_SUMMONED:
        raise BadInput(f"请写要哪些单位来，1 到 {MOST_SUMMONED} 家")
    if step.case.unit_code in codes:
        raise BadInput("不用给自己吹哨")
    return units


def _respond(step: StaffStep[WithText]) -> None:
    """Report in to the oldest whistle that waits for one of the units."""
    if not Status(step.case.status).is_open:
        raise Conflict("这件事已经办完，不用再报到")
    waiting = load_joint_work(step.session, step.case).waiting_for(step.units)
    if not waiting:
        raise Conflict("没有等您单位报到的哨")
    response = waiting[0]
    response.responded_at, response.text = step.now, step.details.text
    whistle = step.session.get_one(Whistle, response.whistle_id)
    minutes = working_time(whistle.raised_at, step.now, calendar()).total_seconds() // 60
    step.event_details.update(
        whistle=whistle.id,
        unit=response.unit_code,
        raised_at=whistle.raised_at.isoformat(),
        minutes=int(minutes),
        in_time=step.now <= response.respond_by,
    )


def _accepted_case(step: StaffStep) -> Case:
    status = Status(step.case.status)
    if status is not Status.ACCEPTED:
        raise Conflict(f"现在是“{status.label}”，不能{step.action.label}")
    return step.case


_EFFECTS: dict[Action, Callable[[StaffStep[Any]], None]] = {
    Action.ADD_TASK: _add_task,
    Action.ACCEPT_TASK: _step_task,
    Action.FINISH_TASK: _step_task,
    Action.CANCEL_TASK: _step_task,
    Action.RAISE_WHISTLE: _raise_whistle,
    Action.RESPOND: _respond,
}
