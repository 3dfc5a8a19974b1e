"""What each step of the lifecycle changes on a case, besides its status."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.cases import extensions, members, returns, settling
from backend.cases.due_times import sign_limits
from backend.cases.settling import settle
from backend.cases.step import Step
from backend.errors import BadInput, Conflict
from backend.models.cases import Case
from backend.models.joint_work import Task
from backend.models.units import Unit
from backend.vocabulary.case_lifecycle import Action, Status
from backend.vocabulary.outcomes import OUTCOME_LABELS, Outcome
from backend.vocabulary.task_lifecycle import TaskStatus


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


def must_have_no_running_tasks(session: Session, case: Case) -> None:
    running = _running_tasks(session, case)
    if running:
        raise Conflict(f"还有 {len(running)} 个任务没有办完，办完或取消了才能办结")


def _resolve(step: Step) -> None:
    must_have_no_running_tasks(step.session, step.case)
    settle(step, settling.chosen(step.details, step.now))
    step.case.resolved_at = step.now


def _settled_as(outcome: Outcome) -> Callable[[Step], None]:
    """A suggestion's own steps: what is said to the resident, and they are asked to rate it."""

    def effect(step: Step) -> None:
        if outcome is Outcome.FORWARDED:
            settling.forwarded_to(step.details)
        must_have_no_running_tasks(step.session, step.case)
        settle(step, settling.told(outcome, step.details, step.now))
        step.case.resolved_at = step.now

    return effect


def _pass_on(step: Step) -> None:
    settle(step, settling.told(Outcome.PASSED_ON, step.details, step.now))
    step.case.closed_at = step.now


def _answer(step: Step) -> None:
    details = settling.words_of(step)
    settle(step, settling.told(Outcome.EXPLAINED, details, step.now))
    step.case.closed_at = step.now


def _decline(step: Step) -> None:
    step.details.needing("reason", "不予受理的原因")
    step.details.needing("text", "可以到哪里去办")
    settle(step, settling.told(Outcome.NO_COMPETENCE, step.details, step.now))
    step.case.closed_at = step.now


def _close(step: Step) -> None:
    step.case.closed_at = step.now


def _reopen(step: Step) -> None:
    step.details.needing("reason", "重办原因")
    _begin_round(step)


def _bring_back(step: Step) -> None:
    """What was to take long, on the day that the unit had named."""
    if step.case.follow_up_at is None or step.case.follow_up_at > step.now:
        raise Conflict("没有约定的日期，或者还没有到")
    step.found.update(promised=step.case.follow_up_at.isoformat())
    _begin_round(step)


def _begin_round(step: Step) -> None:
    """With the unit that had it, or its successor; what is nobody's the router's unit sees to, or
    the centre."""
    case = step.case
    unit = case.unit or step.session.get(Unit, _routed_to(case))
    while unit is not None and not unit.active:
        unit = step.session.get(Unit, unit.successor_code) if unit.successor_code else None
    if unit is None:
        centre = select(Unit).where(Unit.parent_code.is_(None)).order_by(Unit.code).limit(1)
        unit = step.session.scalars(centre).one()
    if case.lead is not None:  # what was done for all has not helped here
        step.found["was_in"] = case.lead.case_no
        case.lead_id = case.lead = None
    case.round += 1
    case.held_at = case.resolved_at = case.closed_at = case.extended_at = None
    case.outcome = case.outcome_text = case.offline = case.follow_up_at = None
    case.extension_asked = case.refused_unit = case.disputed_at = case.bound_unit = None
    _give_to(step, unit)


def _routed_to(case: Case) -> str:
    proposed = case.routing.get("unit")
    return proposed["code"] if proposed else ""


def _running_tasks(session: Session, case: Case) -> list[Task]:
    tasks = select(Task).where(Task.case_id == case.id, Task.ended_at.is_(None))
    return list(session.scalars(tasks.order_by(Task.id)))


def _withdraw(step: Step) -> None:
    step.found["led_by"] = members.hand_on(step.session, step.case, now=step.now)
    running = _running_tasks(step.session, step.case)
    step.found["cancelled_tasks"] = [task.id for task in running] or None
    step.found.update(returns.unsigned(step))  # it lay there all the same
    for task in running:
        task.status, task.ended_at = TaskStatus.CANCELLED, step.now
        task.result = OUTCOME_LABELS[Outcome.WITHDRAWN]
    step.found["outcome"] = Outcome.WITHDRAWN
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
    Action.ADOPT: _settled_as(Outcome.ADOPTED),
    Action.REPLY: _settled_as(Outcome.REPLIED),
    Action.FORWARD: _settled_as(Outcome.FORWARDED),
    Action.PASS_ON: _pass_on,
    Action.BRING_BACK: _bring_back,
}
