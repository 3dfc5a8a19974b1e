"""The one extension of a round: the unit asks in time, a dispatcher or supervisor decides."""

from typing import TYPE_CHECKING

from backend.errors import BadInput, Conflict
from backend.models.cases import Case

if TYPE_CHECKING:
    from backend.cases.step import Step

MOST_EXTRA_DAYS = 30  # working days


def ask(step: "Step") -> None:
    reason = step.details.needing("reason", "延期原因")
    days = _days(step.details.days)
    _must_be_free(step.case)
    if step.case.extension_asked:
        raise Conflict("已经申请过延期，等派单员或督办员审批")
    _must_be_in_time(step)
    step.case.extension_asked = {"days": days, "reason": reason, "at": step.now.isoformat()}


def grant(step: "Step") -> None:
    """As it was asked, or with other days; a decision that comes late spoils nothing."""
    asked = step.case.extension_asked or {}
    days = _days(step.details.days or asked.get("days"))
    reason = step.details.reason or asked.get("reason")
    if not reason:
        raise BadInput("请填写延期原因")
    _must_be_free(step.case)
    if not asked:
        _must_be_in_time(step)
    step.found.update(days=days, reason=reason, asked_at=asked.get("at"))
    step.case.extended_at, step.case.extension_asked = step.now, None


def refuse(step: "Step") -> None:
    step.details.needing("reason", "不准延期的原因")
    if not step.case.extension_asked:
        raise Conflict("单位没有申请延期")
    step.found["asked_at"] = step.case.extension_asked["at"]
    step.case.extension_asked = None


def _days(days: int | None) -> int:
    if days is None or not 1 <= days <= MOST_EXTRA_DAYS:
        raise BadInput(f"延期天数应在 1 到 {MOST_EXTRA_DAYS} 个工作日之间")
    return days


def _must_be_free(case: Case) -> None:
    if case.extended_at:
        raise Conflict("只能延期一次")


def _must_be_in_time(step: "Step") -> None:
    if step.now > step.case.resolve_by:
        raise Conflict("已经过了办结期限，不能再申请延期")
