"""Takes a step on a case: checks the lifecycle table, changes the case, logs and notifies."""

from dataclasses import replace

from backend.cases import members
from backend.cases.due_times import load_clock_events, set_due_times
from backend.cases.effects import EFFECTS
from backend.cases.events import event_of, was_noted, write_event
from backend.cases.facts import FACT_EFFECTS
from backend.cases.locking import lock_case
from backend.cases.news import update_news
from backend.cases.notifications import notify
from backend.cases.step import StepContext
from backend.cases.task_due_times import MOVES_JOINT, set_joint_due_times
from backend.cases.urging import update_stepped, update_urging
from backend.deadlines.city import calendar
from backend.deadlines.clocks import CLOCK_MOVES, ClockEvent
from backend.models.cases import Case, CaseEvent
from backend.vocabulary.case_lifecycle import FACTS, Action, Status, next_status
from backend.vocabulary.tracks import Track, must_allow


def act(step: StepContext) -> None:
    """Take a step of the lifecycle. Raises Conflict or BadInput, and then changes nothing."""
    act_on_locked(_lock(step))


def act_on_locked(step: StepContext) -> None:
    """Take a step on a locked case whose `clock_events` are loaded. Raises Conflict or BadInput."""
    case, before = step.case, Status(step.case.status)
    after = next_status(before, step.action)
    must_allow(Track(case.track), step.action)
    unit_before = case.unit_code
    EFFECTS[step.action](step)
    if step.action is not Action.EXTEND:
        case.closing = None  # the case has moved on, so a proposal to end it is void
    update_news(step)
    update_stepped(step)
    event = event_of(step)
    event.from_status, event.to_status, event.unit_code = before, after, unit_before
    clock_events = _change_status(step, event, after)
    if step.action in MOVES_JOINT:
        set_joint_due_times(step.session, case, clock_events, calendar())
    if members.is_shared(step.action, before) and members.has_led(clock_events):
        _step_members(step, event)


def note(step: StepContext) -> CaseEvent:
    """Log a fact, which changes no status; its event. Raises Conflict or BadInput."""
    assert step.action in FACTS
    effect = FACT_EFFECTS.get(step.action)
    if effect or step.action in CLOCK_MOVES:
        step = _lock(step)
    if effect:
        effect(step)
    update_news(step)
    update_stepped(step)
    update_urging(step.case, step.action, step.now)
    event = event_of(step)
    write_event(step.session, event)
    if step.action in CLOCK_MOVES:
        clock_events = [*step.clock_events, _clock_event(step, event)]
        set_due_times(step.case, clock_events, calendar())
        if step.action in MOVES_JOINT:
            set_joint_due_times(step.session, step.case, clock_events, calendar())
    notify(step, event)
    if members.is_shared(step.action, None):
        _step_members(step, event)
    return event


def note_once(step: StepContext, message_id: int) -> bool:
    """Log a fact that a resident's message states. False when it is logged already."""
    if was_noted(step.session, step.case, step.action, message_id):
        return False
    step.event_details["message_id"] = message_id
    note(step)
    return True


def follow_lead(step: StepContext, lead: Case) -> None:
    """Repeat a step of `lead` on `step.case`, its member, which takes on the lead's state."""
    member, unit_before, before = step.case, step.case.unit_code, step.case.status
    step = _load_clock_events(step)
    members.copy_state(step.session, member, lead)
    step.event_details["lead"] = lead.case_no
    event = event_of(step)
    if step.action not in FACTS or step.action is Action.MERGE:
        event.from_status, event.to_status = before, lead.status
        event.unit_code = unit_before
    _change_status(step, event, Status(lead.status))


def _step_members(step: StepContext, event: CaseEvent) -> None:
    """The members of a collective case take the same step; each resident is notified."""
    for member in members.open_members(step.session, step.case):
        follow_lead(step.on(member, dict(event.details)), step.case)


def _change_status(step: StepContext, event: CaseEvent, status: Status) -> list[ClockEvent]:
    """Set the case's status and due times, log `event` and notify the resident.

    The only function that assigns `status` to a stored case. Returns the clock events with the
    new one.
    """
    step.case.status = status
    write_event(step.session, event)
    clock_events = [*step.clock_events, _clock_event(step, event)]
    set_due_times(step.case, clock_events, calendar())
    notify(step, event)
    return clock_events


def _lock(step: StepContext) -> StepContext:
    lock_case(step.session, step.case.id)
    return _load_clock_events(step)


def _load_clock_events(step: StepContext) -> StepContext:
    case = step.case
    return replace(step, clock_events=load_clock_events(step.session, [case])[case.id])


def _clock_event(step: StepContext, event: CaseEvent) -> ClockEvent:
    return ClockEvent(step.action, step.now, event.details)
