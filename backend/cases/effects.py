"""Effects of the lifecycle's steps on a case, apart from its status."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.cases import extensions, members, recalls, returns
from backend.cases.due_times import sign_limits
from backend.cases.settling import answer_text, follow_up_day, settle
from backend.cases.step import StepContext
from backend.cases.urging import forget_unit
from backend.errors import Conflict
from backend.models.cases import Case
from backend.models.joint_work import Task
from backend.models.units import Unit
from backend.units.search import active_unit, centre
from backend.vocabulary.case_lifecycle import Action, Status
from backend.vocabulary.outcomes import OUTCOME_LABELS, Outcome
from backend.vocabulary.step_details import (
    Answer,
    Decline,
    Dispatch,
    Forward,
    Recall,
    Reply,
    Resolve,
    UnitAndReason,
)
from backend.vocabulary.task_lifecycle import TaskStatus


def _dispatch(step: StepContext[Dispatch]) -> None:
    code = step.details.unit
    returns.must_not_be_disputed(step.case)
    unit = active_unit(step.session, code)
    decision = returns.return_decision(step, code) or recalls.redirect_details(step, code)
    step.event_details.update(decision)
    if decision.get("return") == "refused":
        step.case.refused_unit = code
    _give_to(step, unit)


def _give_to(step: StepContext, unit: Unit) -> None:
    """Give the case to the unit; only its time to sign starts, no other clock."""
    case = step.case
    if case.unit_code != unit.code:
        forget_unit(case)
    case.unit, case.unit_code = unit, unit.code
    case.accepted_at = None
    if case.first_contact_owner is None:
        case.first_contact_owner = unit.code  # stays through returns (S28)
    step.event_details.update(unit=unit.code, **sign_limits(unit.tier, unit.working_hours))


def _recall(step: StepContext[Recall]) -> None:
    """The case has no unit again; only its time to sign ends, no other clock."""
    case = step.case
    recalls.must_be_recallable(case, step.details.recalled_from)
    assert case.unit_code is not None
    step.event_details.update(recalls.recall_details(step))
    recalls.release_first_contact(step.session, case, case.unit_code)
    case.unit, case.unit_code = None, None
    forget_unit(case)


def _refuse_return(step: StepContext) -> None:
    returns.refuse(step)
    assert step.case.unit is not None
    _give_to(step, step.case.unit)


def _arbitrate(step: StepContext[UnitAndReason]) -> None:
    unit = active_unit(step.session, step.details.unit)
    returns.arbitrate(step)
    _give_to(step, unit)


def _accept(step: StepContext) -> None:
    step.case.accepted_at = step.now
    step.event_details.update(returns.unsigned_minutes(step))


def _hold(step: StepContext) -> None:
    step.case.held_at = step.now


def _resume(step: StepContext) -> None:
    step.case.held_at = None


def must_have_no_running_tasks(session: Session, case: Case) -> None:
    """Raises Conflict."""
    running = _running_tasks(session, case)
    if running:
        raise Conflict(f"还有 {len(running)} 个任务没有办完，办完或取消了才能办结")


def _resolve(step: StepContext[Resolve]) -> None:
    must_have_no_running_tasks(step.session, step.case)
    details = step.details
    day = follow_up_day(details, step.now)
    text = answer_text(step.session, details)
    settle(step, details.outcome, text, details.offline, day)
    step.case.resolved_at = step.now


def _settle_suggestion(outcome: Outcome) -> Callable[[StepContext[Reply | Forward]], None]:
    """The effect of a step that answers a suggestion."""

    def effect(step: StepContext[Reply | Forward]) -> None:
        must_have_no_running_tasks(step.session, step.case)
        settle(step, outcome, step.details.text, step.details.offline)
        step.case.resolved_at = step.now

    return effect


def _pass_on(step: StepContext[Reply]) -> None:
    settle(step, Outcome.PASSED_ON, step.details.text, step.details.offline)
    step.case.closed_at = step.now


def _answer(step: StepContext[Answer]) -> None:
    """Only at intake: a later round was dispatched, and ends by a resolution and its review."""
    if step.case.round > 1:
        raise Conflict("这件事已经办过一轮，不能直接答复，请派给单位办")
    settle(step, Outcome.EXPLAINED, answer_text(step.session, step.details), step.details.offline)
    step.case.closed_at = step.now


def _decline(step: StepContext[Decline]) -> None:
    settle(step, Outcome.NO_COMPETENCE, step.details.text, step.details.offline)
    step.case.closed_at = step.now


def _close(step: StepContext) -> None:
    step.case.closed_at = step.now


def _bring_back(step: StepContext) -> None:
    """Reopen a long-term case on its follow-up date."""
    if step.case.follow_up_at is None or step.case.follow_up_at > step.now:
        raise Conflict("没有约定的日期，或者还没有到")
    step.event_details.update(promised=step.case.follow_up_at.isoformat())
    _begin_round(step)


def _begin_round(step: StepContext) -> None:
    case, unit = step.case, _unit_for_round(step)
    if case.lead is not None:  # the joint handling has not helped this resident
        step.event_details["was_in"] = case.lead.case_no
        case.lead_id = case.lead = None
    case.round += 1
    case.held_at = case.resolved_at = case.closed_at = case.extended_at = None
    case.outcome = case.outcome_text = case.offline = case.follow_up_at = None
    case.extension_asked = case.refused_unit = case.disputed_at = case.bound_unit = None
    case.urged_at = None
    _give_to(step, unit)


def _unit_for_round(step: StepContext) -> Unit:
    """The case's unit or the router's proposal, or its successor; else the centre.

    A proposal that was recalled was wrong.
    """
    case = step.case
    proposed = (case.routing.get("unit") or {}).get("code", "")
    unit = case.unit
    if unit is None and not recalls.was_recalled_from(step, proposed):
        unit = step.session.get(Unit, proposed)
    while unit is not None and not unit.active:
        unit = step.session.get(Unit, unit.successor_code) if unit.successor_code else None
    return unit or centre(step.session)


def _running_tasks(session: Session, case: Case) -> list[Task]:
    tasks = select(Task).where(Task.case_id == case.id, Task.ended_at.is_(None))
    return list(session.scalars(tasks.order_by(Task.id)))


def _withdraw(step: StepContext) -> None:
    step.event_details["led_by"] = members.hand_on(step.session, step.case, now=step.now)
    running = _running_tasks(step.session, step.case)
    step.event_details["cancelled_tasks"] = [task.id for task in running] or None
    step.event_details.update(returns.unsigned_minutes(step))
    for task in running:
        task.status, task.ended_at = TaskStatus.CANCELLED, step.now
        task.result = OUTCOME_LABELS[Outcome.WITHDRAWN]
    step.event_details["outcome"] = Outcome.WITHDRAWN
    step.case.outcome = Outcome.WITHDRAWN
    step.case.closed_at = step.now


def _take_over(step: StepContext[UnitAndReason]) -> None:
    """A unit takes over from one that has ended: the case, the first-contact duty, or both.

    A case that was not signed must be signed again; the other clocks go on.
    """
    case = step.case
    unit = active_unit(step.session, step.details.unit)
    if case.first_owner is not None and not case.first_owner.active:
        case.first_owner, case.first_contact_owner = unit, unit.code
    if case.unit is None or case.unit.active or step.is_returned:
        return
    accepted_at = case.accepted_at
    _give_to(step, unit)
    if case.status != Status.DISPATCHED:
        case.accepted_at = accepted_at
        del step.event_details["sign_hours"]


def _release(step: StepContext) -> None:
    """The unit has ended without a successor: the case goes back to the dispatcher."""
    case = step.case
    case.held_at = case.accepted_at = case.extension_asked = None
    case.refused_unit = case.bound_unit = None
    forget_unit(case)
    if case.first_contact_owner == case.unit_code:
        case.first_owner = case.first_contact_owner = None


# Each effect takes a step with the details of its action (`step_details.TAKES`).
EFFECTS: dict[Action, Callable[[StepContext[Any]], None]] = {
    Action.DISPATCH: _dispatch,
    Action.RECALL: _recall,
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
    Action.REOPEN: _begin_round,
    Action.TAKE_OVER: _take_over,
    Action.RELEASE: _release,
    Action.WITHDRAW: _withdraw,
    Action.ADOPT: _settle_suggestion(Outcome.ADOPTED),
    Action.REPLY: _settle_suggestion(Outcome.REPLIED),
    Action.FORWARD: _settle_suggestion(Outcome.FORWARDED),
    Action.PASS_ON: _pass_on,
    Action.BRING_BACK: _bring_back,
}
