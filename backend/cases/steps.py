"""What each step of the lifecycle changes on a case, besides its status."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.cases.lifecycle import Action
from backend.cases.models import Case
from backend.deadlines.rules import Calendar, deadline, postponed
from backend.errors import BadInput, Conflict
from backend.routing.models import Unit

MOST_EXTRA_DAYS = 30  # working days in the one extension
REOPENED_DAYS = 5  # working days for another round: the matter is known by now


class Outcome(StrEnum):
    """How a case ended, coded so that it can be counted (S89)."""

    SOLVED = "solved"
    EXPLAINED = "explained"
    NO_COMPETENCE = "no_competence"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"
    LONG_TERM = "long_term"

    @property
    def label(self) -> str:
        return OUTCOME_LABELS[self]


OUTCOME_LABELS = {
    Outcome.SOLVED: "已解决",
    Outcome.EXPLAINED: "已解释说明",
    Outcome.NO_COMPETENCE: "无管辖权",
    Outcome.DUPLICATE: "重复诉求",
    Outcome.WITHDRAWN: "已撤诉",
    Outcome.LONG_TERM: "需长期推进",
}


# To withdraw is the resident's alone: it would also spare the unit the rating.
STAFF_OUTCOMES = tuple(outcome for outcome in Outcome if outcome is not Outcome.WITHDRAWN)


class ReturnReason(StrEnum):
    NOT_OURS = "not_ours"
    OTHER_AREA = "other_area"
    NEEDS_OTHERS = "needs_others"
    UNCLEAR = "unclear"

    @property
    def label(self) -> str:
        return RETURN_LABELS[self]


RETURN_LABELS = {
    ReturnReason.NOT_OURS: "不属本单位职责",
    ReturnReason.OTHER_AREA: "不属本辖区",
    ReturnReason.NEEDS_OTHERS: "需多部门联办",
    ReturnReason.UNCLEAR: "内容不清，无法办理",
}


@dataclass(frozen=True)
class Details:
    """What a step may be told; each step takes what it needs and refuses a lack of it."""

    unit: str | None = None
    reason: str | None = None
    days: int | None = None
    outcome: str | None = None
    text: str | None = None

    def kept(self) -> dict[str, object]:
        return {name: value for name, value in vars(self).items() if value is not None}

    def needing(self, name: str, what: str) -> str:
        value = getattr(self, name)
        if value is None or not str(value).strip():
            raise BadInput(f"请填写{what}")
        return str(value).strip()


@dataclass(frozen=True)
class Step:
    """One step as it is taken: what it is told, when, and the calendar it counts in."""

    session: Session
    case: Case
    details: Details
    now: datetime
    calendar: Calendar


def _dispatch(step: Step) -> None:
    code = step.details.needing("unit", "承办单位")
    unit = step.session.get(Unit, code)
    if unit is None or not unit.active:
        raise BadInput(f"没有编号为 {code} 的单位")
    _give_to(step.case, unit)


def _give_to(case: Case, unit: Unit) -> None:
    case.unit = unit
    case.unit_code = unit.code
    if case.first_contact_owner is None:
        case.first_contact_owner = unit.code  # the clock and the duty stay with them (S28)


def _accept(step: Step) -> None:
    step.case.accepted_at = step.now


def _return(step: Step) -> None:
    reason = step.details.needing("reason", "退单原因")
    if reason not in list(ReturnReason):
        raise BadInput(f"退单原因只能是：{'、'.join(ReturnReason)}")
    step.details.needing("text", "退单说明")


def _hold(step: Step) -> None:
    step.details.needing("reason", "挂起原因")
    step.case.held_at = step.now


def _resume(step: Step) -> None:
    assert step.case.held_at is not None
    held_at, step.case.held_at = step.case.held_at, None
    step.case.resolve_by = postponed(step.case.resolve_by, held_at, step.now, step.calendar)
    step.case.reminded_at = None


def _extend(step: Step) -> None:
    step.details.needing("reason", "延期原因")
    days = step.details.days
    if days is None or not 1 <= days <= MOST_EXTRA_DAYS:
        raise BadInput(f"延期天数应在 1 到 {MOST_EXTRA_DAYS} 个工作日之间")
    if step.case.extended_at:
        raise Conflict("只能延期一次")
    if step.now > step.case.resolve_by:
        raise Conflict("已经过了办结期限，不能再申请延期")
    step.case.resolve_by = deadline(step.case.resolve_by, days, step.calendar)
    step.case.extended_at = step.now
    step.case.reminded_at = None


def _resolve(step: Step) -> None:
    _settle(step)
    step.case.resolved_at = step.now


def _answer(step: Step) -> None:
    _settle(replace(step, details=replace(step.details, outcome=Outcome.EXPLAINED)))
    step.case.closed_at = step.now


def _decline(step: Step) -> None:
    step.details.needing("reason", "不予受理的原因")
    step.details.needing("text", "可以到哪里去办")
    _settle(replace(step, details=replace(step.details, outcome=Outcome.NO_COMPETENCE)))
    step.case.closed_at = step.now


def _settle(step: Step) -> None:
    outcome = step.details.needing("outcome", "办理结果")
    if outcome not in STAFF_OUTCOMES:
        raise BadInput(f"办理结果只能是：{'、'.join(STAFF_OUTCOMES)}")
    text = step.details.needing("text", "给市民的答复")
    step.case.outcome, step.case.outcome_text = outcome, text


def _close(step: Step) -> None:
    step.case.closed_at = step.now


def _reopen(step: Step) -> None:
    step.details.needing("reason", "重办原因")
    case = step.case
    if case.unit is None:  # closed before any unit had it: the centre, which closed it, sees to it
        centre = select(Unit).where(Unit.parent_code.is_(None)).order_by(Unit.code).limit(1)
        _give_to(case, step.session.scalars(centre).one())
    case.round += 1
    case.accepted_at = case.held_at = case.resolved_at = case.closed_at = None
    case.outcome = case.outcome_text = None
    case.extended_at = case.reminded_at = case.overdue_at = None
    case.resolve_by = deadline(step.now, REOPENED_DAYS, step.calendar)


def _withdraw(step: Step) -> None:
    step.case.outcome = Outcome.WITHDRAWN
    step.case.closed_at = step.now


EFFECTS: dict[Action, Callable[[Step], None]] = {
    Action.DISPATCH: _dispatch,
    Action.ACCEPT: _accept,
    Action.RETURN: _return,
    Action.HOLD: _hold,
    Action.RESUME: _resume,
    Action.EXTEND: _extend,
    Action.RESOLVE: _resolve,
    Action.ANSWER: _answer,
    Action.DECLINE: _decline,
    Action.CLOSE: _close,
    Action.REOPEN: _reopen,
    Action.WITHDRAW: _withdraw,
}
