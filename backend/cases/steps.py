"""What each step of the lifecycle changes on a case, besides its status."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.cases import extensions, returns
from backend.cases.due_times import sign_limits
from backend.cases.lifecycle import Action, Status
from backend.cases.models import Case
from backend.deadlines.clocks import Clocks
from backend.deadlines.rules import Calendar
from backend.errors import BadInput, Conflict
from backend.joint.lifecycle import TaskStatus
from backend.joint.models import Task
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
    units: tuple[str, ...] | None = None
    task: int | None = None
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
    step.found.update(unit=unit.code, **sign_limits(unit.tier, unit.working_hours))


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
    running = [task.id for task in _running_tasks(step)]
    if running:
        raise Conflict(f"还有 {len(running)} 个任务没有办完，办完或取消了才能办结")
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
    """To the unit that had it, or its successor; what is nobody's the centre sees to."""
    step.details.needing("reason", "重办原因")
    case = step.case
    unit = case.unit
    while unit is not None and not unit.active:
        unit = step.session.get(Unit, unit.successor_code) if unit.successor_code else None
    if unit is None:
        centre = select(Unit).where(Unit.parent_code.is_(None)).order_by(Unit.code).limit(1)
        unit = step.session.scalars(centre).one()
    case.round += 1
    case.held_at = case.resolved_at = case.closed_at = case.extended_at = None
    case.outcome = case.outcome_text = None
    case.extension_asked = case.refused_unit = case.disputed_at = case.bound_unit = None
    _give_to(step, unit)


def _running_tasks(step: Step) -> list[Task]:
    tasks = select(Task).where(Task.case_id == step.case.id, Task.ended_at.is_(None))
    return list(step.session.scalars(tasks.order_by(Task.id)))


def _withdraw(step: Step) -> None:
    running = _running_tasks(step)
    step.found["cancelled_tasks"] = [task.id for task in running] or None
    step.found.update(returns.unsigned(step))  # it lay there all the same
    for task in running:
        task.status, task.ended_at = TaskStatus.CANCELLED, step.now
        task.result = OUTCOME_LABELS[Outcome.WITHDRAWN]
    step.case.outcome = Outcome.WITHDRAWN
    step.case.closed_at = step.now


def _take_over(step: Step) -> None:
    """In the place of a unit that has ended: its case, its duty of the first contact, or both.

    What was not signed is signed anew; the other clocks go on.
    """
    case, unit = step.case, _unit(step, step.details.needing("unit", "承接单位"))
    if case.first_owner is not None and not case.first_owner.active:
        case.first_owner, case.first_contact_owner = unit, unit.code
    if case.unit is None or case.unit.active or step.is_returned:
        return
    accepted_at = case.accepted_at
    _give_to(step, unit)
    if case.status != Status.DISPATCHED:
        case.accepted_at = accepted_at
        del step.found["sign_hours"]


def _release(step: Step) -> None:
    """The unit has ended and nobody takes its place: the dispatcher has the case again."""
    case = step.case
    case.held_at = case.accepted_at = case.extension_asked = None
    case.refused_unit = case.bound_unit = None
    if case.first_contact_owner == case.unit_code:
        case.first_owner = case.first_contact_owner = None


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
    Action.RELEASE: _release,
    Action.WITHDRAW: _withdraw,
}
