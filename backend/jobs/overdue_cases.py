"""Takes the escalation steps that are due: reminders, overdue marks, supervision, escalation."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.cases.due_times import load_clock_events, set_due_times
from backend.cases.events import event_of, write_events
from backend.cases.step import StepContext
from backend.cases.stepping import note
from backend.cases.urging import update_urging
from backend.deadlines.city import calendar
from backend.deadlines.clocks import ClockEvent, read_clocks
from backend.deadlines.ladder import EscalationStep, outstanding_steps
from backend.models.cases import Case, CaseEvent
from backend.models.units import Unit
from backend.texts.cases import STEPS
from backend.vocabulary.actors import SYSTEM
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.step_details import ReasonOrText

_REASONS = {
    Action.REMIND: "{clock}快到期了",
    Action.OVERDUE: "{clock}已经超过期限",
    Action.SUPERVISE: "{clock}超期一个工作日",
    Action.ESCALATE: "{clock}超期后仍没有办完，报上一级",
}


def escalate(session: Session, now: datetime, most: int) -> int:
    """Take the due steps of up to `most` cases; returns the number of cases."""
    due = session.scalars(
        select(Case)
        .where(Case.next_due_at <= now)
        .order_by(Case.next_due_at)
        .limit(most)
        .with_for_update(key_share=True, skip_locked=True)
    ).all()
    logs = load_clock_events(session, due)
    parents = _parents(session) if due else {}
    silent_events: list[CaseEvent] = []
    for case in due:
        _escalate_case(session, case, logs[case.id], parents, silent_events, now)
    write_events(session, silent_events)
    return len(due)


def _escalate_case(
    session: Session,
    case: Case,
    clock_events: list[ClockEvent],
    parents: dict[str, str | None],
    silent_events: list[CaseEvent],
    now: datetime,
) -> None:
    """Residents are not notified of most steps: those events go to `silent_events`, for one
    insert. They are written before a notified one, which keeps the order of the log."""
    clocks = read_clocks(clock_events, calendar())
    new_events = []
    for escalation in outstanding_steps(clocks, clock_events, calendar()):
        if escalation.at > now:
            continue
        reason = _REASONS[escalation.action].format(clock=escalation.clock.label)
        step = StepContext(session, case, SYSTEM, now, ReasonOrText(escalation.action, reason))
        step.event_details.update(escalation.details())
        step.event_details["told"] = _notified_unit(case, escalation, parents)
        if escalation.action in STEPS:
            write_events(session, silent_events)
            silent_events.clear()
            note(step)
        else:
            silent_events.append(event_of(step))
            update_urging(case, step.action, now)
        new_events.append(ClockEvent(escalation.action, now, step.event_details))
    set_due_times(case, [*clock_events, *new_events], calendar())


def _notified_unit(
    case: Case, escalation: EscalationStep, parents: dict[str, str | None]
) -> str | None:
    """Level 0 is the case's unit, 1 the unit above it, 2 the city's centre."""
    unit = case.unit_code
    if escalation.action is Action.SUPERVISE or escalation.level == 1:
        return (parents.get(unit) or unit) if unit else _centre(parents)
    return _root_of(unit, parents) if escalation.level else unit


def _root_of(unit: str | None, parents: dict[str, str | None]) -> str | None:
    while unit and parents.get(unit):
        unit = parents[unit]
    return unit or _centre(parents)


def _centre(parents: dict[str, str | None]) -> str | None:
    return next(iter(sorted(code for code, parent in parents.items() if parent is None)), None)


def _parents(session: Session) -> dict[str, str | None]:
    """Unit code -> code of the unit above it."""
    rows = session.execute(select(Unit.code, Unit.parent_code))
    return {code: parent for code, parent in rows}  # noqa: C416  (rows are not typed as pairs)
