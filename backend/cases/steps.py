"""What each step of the lifecycle changes on a case, besides its status."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.cases import extensions, returns
from backend.cases.lifecycle import Action, Status
from backend.cases.models import Case
from backend.deadlines.city import time_limits
from backend.deadlines.clocks import Clocks
from backend.deadlines.rules import Calendar
from backend.errors import BadInput
from backend.routing.models import Unit


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
    """One step as it is taken: what it is told, when, and the clocks before it.

    What it finds out besides goes into `found`, and so into the event.
    """

    session: Session
    case: Case
    details: Details
    now: datetime
    calendar: Calendar
    clocks: Clocks
    found: dict[str, object] = field(default_factory=dict)

    @property
    def is_returned(self) -> bool:
        return self.case.status == Status.RETURNED


def _dispatch(step: Step) -> None:
    code = step.details.needing("unit", "承办单位")
    returns.must_not_be_disputed(step.case)
    unit = _unit(step, code)
    decision = returns.decided(step, code)
    step.found.update(decision)
    if decision.get("return") == "refused":
        step.case.refused_unit = code
    _give_to(step, unit)


def _unit(step: Step, code: str) -> Unit:
    unit = step.session.get(Unit, code)
    if unit is None or not unit.active:
        raise BadInput(f"没有编号为 {code} 的单位")
    return unit


def _give_to(step: Step, unit: Unit) -> None:
    """The unit's own time to sign begins; no other clock does."""
    case = step.case
    case.unit, case.unit_code = unit, unit.code
    case.accepted_at = None
    if case.first_contact_owner is None:
        case.first_contact_owner = unit.code  # the clock and the duty stay with them (S28)
    step.found["sign_hours"] = time_limits().sign[unit.tier]


def _refuse_return(step: Step) -> None:
    returns.refuse(step)
    assert step.case.unit is not None
    _give_to(step, step.case.unit)


def _arbitrate(step: Step) -> None:
    unit = _unit(step, step.details.needing("unit", "裁定由谁办"))
    returns.arbitrate(step)
    _give_to(step, unit)


def _accept(step: Step) -> None:
    step.case.accepted_at = step.now
    step.found.update(returns.unsigned(step))


def _hold(step: Step) -> None:
    step.details.needing("reason", "挂起原因")
    step.case.held_at = step.now


def _resume(step: Step) -> None:
    step.case.held_at = None


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
    """To the unit that had it; what is no unit's any more, or never was, the centre sees to."""
    step.details.needing("reason", "重办原因")
    case = step.case
    unit = case.unit
    if unit is None or not unit.active:
        centre = select(Unit).where(Unit.parent_code.is_(None)).order_by(Unit.code).limit(1)
        unit = step.session.scalars(centre).one()
    case.round += 1
    case.held_at = case.resolved_at = case.closed_at = case.extended_at = None
    case.outcome = case.outcome_text = None
    case.extension_asked = case.refused_unit = case.disputed_at = case.bound_unit = None
    _give_to(step, unit)


def _withdraw(step: Step) -> None:
    step.case.outcome = Outcome.WITHDRAWN
    step.case.closed_at = step.now


def _take_over(step: Step) -> None:
    """Another unit in the place of one that has ended: it signs anew, the other clocks go on."""
    accepted_at = step.case.accepted_at
    _give_to(step, _unit(step, step.details.needing("unit", "承接单位")))
    if step.case.status != Status.DISPATCHED:
        step.case.accepted_at = accepted_at
        del step.found["sign_hours"]


EFFECTS: dict[Action, Callable[[Step], None]] = {
    Action.DISPATCH: _dispatch,
    Action.ACCEPT: _accept,
    Action.RETURN: returns.give_back,
    Action.REFUSE_RETURN: _refuse_return,
    Action.ARBITRATE: _arbitrate,
    Action.HOLD: _hold,
    Action.RESUME: _resume,
    Action.EXTEND: extensions.grant,
    Action.RESOLVE: _resolve,
    Action.ANSWER: _answer,
    Action.DECLINE: _decline,
    Action.CLOSE: _close,
    Action.REOPEN: _reopen,
    Action.TAKE_OVER: _take_over,
    Action.WITHDRAW: _withdraw,
}
