"""The one extension of a round: a unit asks in time, a dispatcher or supervisor decides."""

from backend.cases.step import StepContext
from backend.errors import BadInput, Conflict
from backend.models.cases import Case
from backend.vocabulary.step_details import AskExtension, Extend

MOST_EXTRA_DAYS = 30  # working days


def ask(step: StepContext[AskExtension]) -> None:
    """Raises BadInput or Conflict."""
    reason, days = step.details.reason, _checked_days(step.details.days)
    _must_not_be_extended(step.case)
    if step.case.extension_asked:
        raise Conflict("已经申请过延期，等派单员或督办员审批")
    _must_be_in_time(step)
    step.case.extension_asked = {"days": days, "reason": reason, "at": step.now.isoformat()}


def grant(step: StepContext[Extend]) -> None:
    """Extend by the requested days, or by others. A request made in time may be granted late.

    Raises BadInput or Conflict.
    """
    request = step.case.extension_asked or {}
    days = _checked_days(step.details.days or request.get("days"))
    reason = step.details.reason or request.get("reason")
    if not reason:
        raise BadInput("请填写延期原因")
    _must_not_be_extended(step.case)
    if not request:
        _must_be_in_time(step)
    step.event_details.update(days=days, reason=reason, asked_at=request.get("at"))
    step.case.extended_at, step.case.extension_asked = step.now, None


def refuse(step: StepContext) -> None:
    """Raises Conflict."""
    if not step.case.extension_asked:
        raise Conflict("单位没有申请延期")
    step.event_details["asked_at"] = step.case.extension_asked["at"]
    step.case.extension_asked = None


def _checked_days(days: int | None) -> int:
    if days is None or not 1 <= days <= MOST_EXTRA_DAYS:
        raise BadInput(f"延期天数应在 1 到 {MOST_EXTRA_DAYS} 个工作日之间")
    return days


def _must_not_be_extended(case: Case) -> None:
    if case.extended_at:
        raise Conflict("只能延期一次")


def _must_be_in_time(step: StepContext) -> None:
    if step.now > step.case.resolve_by:
        raise Conflict("已经过了办结期限，不能再申请延期")
