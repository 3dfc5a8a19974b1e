"""A case's assignee, time of the last staff step, and reminders not yet acknowledged."""

from datetime import datetime

from backend.cases.step import StepContext
from backend.errors import Conflict
from backend.models.cases import Case
from backend.vocabulary.case_lifecycle import Action

URGING = frozenset(
    {Action.CHASE, Action.REMIND, Action.SUPERVISE, Action.ESCALATE, Action.INTERVIEW}
)


def update_urging(case: Case, action: Action, now: datetime) -> None:
    """The first urging that is not acknowledged counts."""
    if action in URGING:
        case.urged_at = case.urged_at or now


def update_stepped(step: StepContext) -> None:
    """A note about the case moves nothing on."""
    if step.actor.is_staff and step.action is not Action.NOTE:
        step.case.stepped_at = step.now


def acknowledge(step: StepContext) -> None:
    """Raises Conflict."""
    if step.case.urged_at is None:
        raise Conflict("没有还没确认的催办或督办")
    step.case.urged_at = None


def forget_unit(case: Case) -> None:
    """The case leaves its unit: the next one has neither the person nor the urging."""
    case.assignee_id = case.urged_at = None
