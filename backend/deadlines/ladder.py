"""What follows when a clock runs out: a reminder before, a mark at the deadline, and then up.

Each rung is done once for each deadline: it is logged with the deadline that it was about, so a
case that was extended, or whose calendar was corrected, is reminded anew.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from backend.clock import SHANGHAI
from backend.deadlines.clocks import Clock, Clocks, Happened
from backend.deadlines.rules import Calendar, extended, remind_from
from backend.deadlines.working_time import later, worked
from backend.vocabulary.case_lifecycle import Action

JUST_AFTER = timedelta(microseconds=1)
SUPERVISE_AFTER_DAYS = 1  # working days late
ESCALATE_AFTER_DAYS = (3, 5)  # to the unit above, and then to the centre
RUNGS = frozenset({Action.REMIND, Action.OVERDUE, Action.SUPERVISE, Action.ESCALATE})


@dataclass(frozen=True)
class Rung:
    """`level` counts the units above that are told: 0 the unit itself, 1 the one above it."""

    at: datetime
    action: Action
    clock: Clock
    due: datetime
    level: int = 0

    @property
    def key(self) -> tuple[str, str, str, int]:
        return self.action, self.clock, _mark(self.due), self.level

    def details(self) -> dict[str, Any]:
        return {"clock": self.clock, "due": _mark(self.due), "level": self.level}


def outstanding(clocks: Clocks, events: Iterable[Happened], calendar: Calendar) -> list[Rung]:
    """The rungs that are not done yet, the next one first."""
    done = {_key_of(event) for event in events if event.action in RUNGS}
    rungs = [rung for rung in _ladder(clocks, calendar) if rung.key not in done]
    return sorted(rungs, key=lambda rung: rung.at)


def _key_of(event: Happened) -> tuple[Any, ...]:
    told = event.details
    return event.action, told.get("clock"), told.get("due"), told.get("level", 0)


def _mark(due: datetime) -> str:
    return due.astimezone(SHANGHAI).isoformat()


def _ladder(clocks: Clocks, calendar: Calendar) -> Iterator[Rung]:
    if clocks.settled_at is not None:
        return
    if clocks.sent_at and clocks.sign_by:
        half = worked(clocks.sent_at, clocks.sign_by, calendar) / 2
        yield Rung(later(clocks.sent_at, half, calendar), Action.REMIND, Clock.SIGN, clocks.sign_by)
        yield _overdue(Clock.SIGN, clocks.sign_by)
    if clocks.responded_at is None:
        yield Rung(_that_morning(clocks, calendar), Action.REMIND, Clock.RESPOND, clocks.respond_by)
        yield _overdue(Clock.RESPOND, clocks.respond_by)
    if clocks.held_at is None and clocks.last is Clock.REPLY:
        yield from _until_replied(clocks.resolve_by, calendar)
    elif clocks.held_at is None:
        yield from _until_resolved(clocks.resolve_by, calendar)


def _until_replied(due: datetime, calendar: Calendar) -> Iterator[Rung]:
    """Nobody waits for something to be put right: late, the unit above is told, and no more."""
    yield Rung(remind_from(due, calendar), Action.REMIND, Clock.REPLY, due)
    yield _overdue(Clock.REPLY, due)
    at = extended(due, ESCALATE_AFTER_DAYS[0], calendar) + JUST_AFTER
    yield Rung(at, Action.ESCALATE, Clock.REPLY, due, 1)


def _until_resolved(due: datetime, calendar: Calendar) -> Iterator[Rung]:
    yield Rung(remind_from(due, calendar), Action.REMIND, Clock.RESOLVE, due)
    yield _overdue(Clock.RESOLVE, due)
    supervise = extended(due, SUPERVISE_AFTER_DAYS, calendar) + JUST_AFTER
    yield Rung(supervise, Action.SUPERVISE, Clock.RESOLVE, due)
    for level, days in enumerate(ESCALATE_AFTER_DAYS, 1):
        at = extended(due, days, calendar) + JUST_AFTER
        yield Rung(at, Action.ESCALATE, Clock.RESOLVE, due, level)


def _overdue(clock: Clock, due: datetime) -> Rung:
    return Rung(due + JUST_AFTER, Action.OVERDUE, clock, due)


def _that_morning(clocks: Clocks, calendar: Calendar) -> datetime:
    """When the working day begins at whose end the resident must have been spoken to."""
    day = clocks.respond_by.astimezone(SHANGHAI).date()
    return datetime.combine(day, calendar.hours.begin, SHANGHAI)
