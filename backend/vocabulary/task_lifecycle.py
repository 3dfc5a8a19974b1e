"""The lifecycle of a task as one table. Pure."""

from enum import StrEnum

from backend.errors import Conflict
from backend.vocabulary.case_lifecycle import Action


class TaskStatus(StrEnum):
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    FINISHED = "finished"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return TASK_LABELS[self]

    @property
    def is_open(self) -> bool:
        return self in OPEN_TASKS


TASK_LABELS = {
    TaskStatus.ASSIGNED: "待签收",
    TaskStatus.ACCEPTED: "办理中",
    TaskStatus.FINISHED: "已完成",
    TaskStatus.CANCELLED: "已取消",
}
OPEN_TASKS = frozenset({TaskStatus.ASSIGNED, TaskStatus.ACCEPTED})

TASK_TRANSITIONS: dict[tuple[TaskStatus, Action], TaskStatus] = {
    (TaskStatus.ASSIGNED, Action.ACCEPT_TASK): TaskStatus.ACCEPTED,
    (TaskStatus.ASSIGNED, Action.CANCEL_TASK): TaskStatus.CANCELLED,
    (TaskStatus.ACCEPTED, Action.FINISH_TASK): TaskStatus.FINISHED,
    (TaskStatus.ACCEPTED, Action.CANCEL_TASK): TaskStatus.CANCELLED,
}
TASK_STEPS = frozenset(action for _, action in TASK_TRANSITIONS)
JOINT = TASK_STEPS | {Action.ADD_TASK, Action.RAISE_WHISTLE, Action.RESPOND}


def next_task_status(status: TaskStatus, action: Action) -> TaskStatus:
    """The status that `action` leads to. Raises Conflict when the table does not allow it."""
    try:
        return TASK_TRANSITIONS[status, action]
    except KeyError:
        raise Conflict(f"任务现在是“{status.label}”，不能{action.label}") from None
