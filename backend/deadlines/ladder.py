"""Escalation of late cases: a reminder, an overdue mark, supervision, notices to units above. Pure.

Each escalation step is taken once for each deadline. Its event names that deadline, so a case
that is extended, or whose calendar is corrected, is reminded again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, get_args

from backend.clock import SHANGHAI
from backend.deadlines.clocks import Clock, ClockEvent, Clocks
from backend.deadlines.rules import Calendar, add_working_days, remind_from
from backend.deadlines.working_time import add_working_time, working_time
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.step_details import UrgingAction

JUST_AFTER = timedelta(microseconds=1)
SUPERVISE_AFTER_DAYS = 1  # working days late
ESCALATE_AFTER_DAYS = (3, 5)  # working days late: to the unit above, then to the centre
ESCALATION_ACTIONS = frozenset(get_args(UrgingAction))


@dataclass(frozen=True)
class EscalationStep:
    """An action that falls due at `at` because `clock` is due at `due`.

    `level` says which unit is notified: 0 the case's own, 1 the one above it, 2 the centre.
    """

    at: datetime
    action: UrgingAction
    clock: Clock
    due: datetime
    level: int = 0

    @property
    def key(self) -> tuple[str, str, str, int]:
        return self.action, self.clock, _due_text(self.due), self.level

    def details(self) -> dict[str, Any]:
        return {"clock": self.clock, "due": _due_text(self.due), "level": self.level}


def outstanding_steps(
    clocks: Clocks, events: Iterable[ClockEvent], calendar: Calendar
) -> list[EscalationStep]:
    """The escalation steps that no event records yet, the earliest first."""
    taken_keys = {_key_of(event) for event in events if event.action in ESCALATION_ACTIONS}
    steps = [step for step in _all_steps(clocks, calendar) if step.key not in taken_keys]
    return sorted(steps, key=lambda step: step.at)


def _key_of(event: ClockEvent) -> tuple[Any, ...]:
    details = event.details
    return event.action, details.get("clock"), details.get("due"), details.get("level", 0)


def _due_text(due: datetime) -> str:
    return due.astimezone(SHANGHAI).isoformat()


def _all_steps(clocks: Clocks, calendar: Calendar) -> Iterator[EscalationStep]:
    if clocks.settled_at is not None:
        return
    if clocks.sent_at and clocks.sign_by:
        half = working_time(clocks.sent_at, clocks.sign_by, calendar) / 2
        at = add_working_time(clocks.sent_at, half, calendar)
        yield EscalationStep(at, Action.REMIND, Clock.SIGN, clocks.sign_by)
        yield _overdue_mark(Clock.SIGN, clocks.sign_by)
    if clocks.responded_at is None:
        at = _start_of_respond_day(clocks, calendar)
        yield EscalationStep(at, Action.REMIND, Clock.RESPOND, clocks.respond_by)
        yield _overdue_mark(Clock.RESPOND, clocks.respond_by)
    if clocks.held_at is None and clocks.last is Clock.REPLY:
        yield from _reply_steps(clocks.resolve_by, calendar)
    elif clocks.held_at is None:
        yield from _resolve_steps(clocks.resolve_by, calendar)


def _reply_steps(due: datetime, calendar: Calendar) -> Iterator[EscalationStep]:
    """Escalation steps of a case with nothing to solve: a late reply is escalated once."""
    yield EscalationStep(remind_from(due, calendar), Action.REMIND, Clock.REPLY, due)
    yield _overdue_mark(Clock.REPLY, due)
    at = add_working_days(due, ESCALATE_AFTER_DAYS[0], calendar) + JUST_AFTER
    yield EscalationStep(at, Action.ESCALATE, Clock.REPLY, due, 1)


def _resolve_steps(due: datetime, calendar: Calendar) -> Iterator[EscalationStep]:
    yield EscalationStep(remind_from(due, calendar), Action.REMIND, Clock.RESOLVE, due)
    yield _overdue_mark(Clock.RESOLVE, due)
    supervise = add_working_days(due, SUPERVISE_AFTER_DAYS, calendar) + JUST_AFTER
    yield EscalationStep(supervise, Action.SUPERVISE, Clock.RESOLVE, due)
    for level, days in enumerate(ESCALATE_AFTER_DAYS, 1):
        at = add_working_days(due, days, calendar) + JUST_AFTER
        yield EscalationStep(at, Action.ESCALATE, Clock.RESOLVE, due, level)


def _overdue_mark(clock: Clock, due: datetime) -> EscalationStep:
    return EscalationStep(due + JUST_AFTER, Action.OVERDUE, clock, due)


def _start_of_respond_day(clocks: Clocks, calendar: Calendar) -> datetime:
    """Start of work on the day of the contact deadline."""
    day = clocks.respond_by.astimezone(SHANGHAI).date()
    return datetime.combine(day, calendar.hours.begin, SHANGHAI)
