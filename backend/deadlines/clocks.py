"""A case's clocks, computed from its events alone. Pure.

`respond` runs until staff have had real contact with the resident; `sign` until the unit that was
sent the case has accepted or returned it; `resolve` until the unit resolves the case, once a
round; the total runs from registration through all rounds. A return changes neither `respond` nor
`resolve` (S28); it stops `sign`, and the next dispatch starts it anew. `hold` stops only `resolve`:
staff can contact the resident at any time.

Events count in the order of the log. An event dated before its predecessor, because some system's
clock was wrong, counts as simultaneous with it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from backend.deadlines.hours import Hours
from backend.deadlines.limits import Limits
from backend.deadlines.rules import Calendar, add_working_days, deadline
from backend.deadlines.working_time import add_working_time, working_time
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.contact_results import UNREACHED

_BEGINS_ROUND = frozenset({Action.REGISTER, Action.REOPEN, Action.BRING_BACK})


class Clock(StrEnum):
    SIGN = "sign"
    RESPOND = "respond"
    RESOLVE = "resolve"
    REPLY = "reply"  # in place of RESOLVE for suggestions and praise

    @property
    def label(self) -> str:
        return CLOCK_LABELS[self]


CLOCK_LABELS = {
    Clock.SIGN: "签收",
    Clock.RESPOND: "联系市民",
    Clock.RESOLVE: "办结",
    Clock.REPLY: "答复",
}


@dataclass(frozen=True)
class ClockEvent:
    """The part of a case's event that the clocks depend on."""

    action: Action
    at: datetime
    details: Mapping[str, Any]


@dataclass(frozen=True)
class Clocks:
    limits: Limits
    respond_by: datetime
    resolve_by: datetime  # of this round
    total_resolve_by: datetime  # of the whole matter
    responded_at: datetime | None = None  # in this round
    sent_at: datetime | None = None  # to a unit that has not accepted or returned it yet
    sign_by: datetime | None = None
    held_at: datetime | None = None
    settled_at: datetime | None = None  # in this round
    first_resolved_at: datetime | None = None
    first_round: "FirstRound | None" = None  # from the second round on

    @property
    def in_first_round(self) -> "FirstRound":
        """The deadlines of the first round, and when staff contacted the resident in it."""
        return self.first_round or FirstRound(self.respond_by, self.responded_at, self.resolve_by)

    @property
    def last(self) -> Clock:
        """The clock that ends at `resolve_by`."""
        return Clock(self.limits.owes)


@dataclass(frozen=True)
class FirstRound:
    respond_by: datetime
    responded_at: datetime | None
    resolve_by: datetime


def read_clocks(events: Iterable[ClockEvent], calendar: Calendar) -> Clocks:
    """The clocks after `events`, of which the first is the registration."""
    first, *others = _with_corrected_limits(list(events))
    clocks, last = _start_clocks(first, calendar), first.at
    for event in others:
        move = CLOCK_MOVES.get(event.action)
        if move:
            last = max(last, event.at)
            clocks = move(clocks, replace(event, at=last), calendar)
    return clocks


def _with_corrected_limits(events: list[ClockEvent]) -> list[ClockEvent]:
    """A round has the limits of its last correction from its begin; earlier rounds keep theirs."""
    if not any(event.action is Action.CORRECT for event in events):
        return events
    log: list[ClockEvent] = []
    limits: Mapping[str, Any] | None = None
    for event in reversed(events):
        if event.action is Action.CORRECT:
            limits = limits or event.details.get("limits")
        elif limits is not None and event.action in _BEGINS_ROUND:
            event = replace(event, details={**event.details, "limits": limits})
            limits = None
        log.append(event)
    return log[::-1]


def _start_clocks(event: ClockEvent, calendar: Calendar) -> Clocks:
    """A case imported from another system keeps the deadline and the times it had there."""
    limits = Limits(**event.details["limits"])
    imported = _parse_times(event.details.get("brought", {}))
    resolve_by = imported.get("resolve_by") or deadline(event.at, limits.resolve_days, calendar)
    settled_at = imported.get("settled_at")
    return Clocks(
        limits=limits,
        respond_by=deadline(event.at, limits.respond_days, calendar),
        resolve_by=resolve_by,
        total_resolve_by=resolve_by,
        responded_at=imported.get("accepted_at") or settled_at,
        held_at=imported.get("held_at"),
        settled_at=settled_at,
        first_resolved_at=settled_at,
    )


def _parse_times(texts: Mapping[str, str]) -> dict[str, datetime]:
    return {name: datetime.fromisoformat(text) for name, text in texts.items()}


def _start_sign(clocks: Clocks, event: ClockEvent, calendar: Calendar) -> Clocks:
    hours = event.details.get("sign_hours")
    if hours is None:
        return clocks
    unit_hours = event.details.get("hours")
    unit_calendar = replace(calendar, hours=Hours.parse(unit_hours)) if unit_hours else calendar
    sign_by = add_working_time(event.at, timedelta(hours=hours), unit_calendar)
    return replace(clocks, sent_at=event.at, sign_by=sign_by)


def _stop_sign(clocks: Clocks, event: ClockEvent, calendar: Calendar) -> Clocks:
    """Accepted, returned or recalled; acceptance with a text records contact with the resident."""
    stopped = replace(clocks, sent_at=None, sign_by=None)
    if event.action is Action.ACCEPT and event.details.get("text"):
        return _record_contact(stopped, event, calendar)
    return stopped


def _record_contact(clocks: Clocks, event: ClockEvent, _: Calendar) -> Clocks:
    """A call that nobody answered is none."""
    if event.details.get("result") in UNREACHED:
        return clocks
    return replace(clocks, responded_at=clocks.responded_at or event.at)


def _hold(clocks: Clocks, event: ClockEvent, _: Calendar) -> Clocks:
    return replace(clocks, held_at=event.at)


def _resume(clocks: Clocks, event: ClockEvent, calendar: Calendar) -> Clocks:
    if clocks.held_at is None:
        return clocks
    time_on_hold = working_time(clocks.held_at, event.at, calendar)
    return replace(
        clocks,
        held_at=None,
        resolve_by=add_working_time(clocks.resolve_by, time_on_hold, calendar),
        total_resolve_by=add_working_time(clocks.total_resolve_by, time_on_hold, calendar),
    )


def _extend(clocks: Clocks, event: ClockEvent, calendar: Calendar) -> Clocks:
    days = event.details["days"]
    return replace(
        clocks,
        resolve_by=add_working_days(clocks.resolve_by, days, calendar),
        total_resolve_by=add_working_days(clocks.total_resolve_by, days, calendar),
    )


def _settle(clocks: Clocks, event: ClockEvent, calendar: Calendar) -> Clocks:
    """Resolved, answered or declined: the text reaches the resident, which counts as contact."""
    return replace(
        _record_contact(clocks, event, calendar),
        sent_at=None,
        sign_by=None,
        settled_at=event.at,
        first_resolved_at=clocks.first_resolved_at or event.at,
    )


def _release(clocks: Clocks, event: ClockEvent, calendar: Calendar) -> Clocks:
    """The unit has ended: nothing is left to sign, and a case on hold runs again."""
    return replace(_resume(clocks, event, calendar), sent_at=None, sign_by=None)


def _withdraw(clocks: Clocks, event: ClockEvent, _: Calendar) -> Clocks:
    return replace(clocks, sent_at=None, sign_by=None, held_at=None, settled_at=event.at)


def _reopen(clocks: Clocks, event: ClockEvent, calendar: Calendar) -> Clocks:
    new_limits = event.details.get("limits")
    limits = Limits(**new_limits) if new_limits else clocks.limits
    new_round = replace(
        clocks,
        limits=limits,
        respond_by=deadline(event.at, limits.respond_days, calendar),
        resolve_by=deadline(event.at, limits.reopened_days, calendar),
        responded_at=None,
        held_at=None,
        settled_at=None,
        first_round=clocks.in_first_round,
    )
    return _start_sign(new_round, event, calendar)


def _merge(clocks: Clocks, event: ClockEvent, calendar: Calendar) -> Clocks:
    """A member takes its lead's sign clock and hold, and keeps its own deadlines.

    A lead takes the earliest deadline of its members, so merging gives nobody more time.
    """
    details = event.details
    times = _parse_times({name: details[name] for name in ("due", "sign_by") if name in details})
    if "lead" not in details:
        due = times.get("due")
        return replace(clocks, resolve_by=min(clocks.resolve_by, due)) if due else clocks
    running = _resume(clocks, event, calendar)
    sign_by = times.get("sign_by")
    return replace(
        running,
        sent_at=event.at if sign_by else None,
        sign_by=sign_by,
        held_at=event.at if details.get("held") else None,
    )


def _correct(clocks: Clocks, event: ClockEvent, _: Calendar) -> Clocks:
    """The limits of a corrected kind count from the begin of the round, but make nobody late."""
    earliest = _parse_times(event.details.get("earliest", {}))
    floors = {name: max(getattr(clocks, name), moment) for name, moment in earliest.items()}
    return replace(clocks, **floors)


# How each action moves the clocks. All other events of a log are irrelevant to them.
CLOCK_MOVES: dict[Action, Callable[[Clocks, ClockEvent, Calendar], Clocks]] = {
    Action.DISPATCH: _start_sign,
    Action.REFUSE_RETURN: _start_sign,
    Action.ARBITRATE: _start_sign,
    Action.TAKE_OVER: _start_sign,
    Action.ACCEPT: _stop_sign,
    Action.RETURN: _stop_sign,
    Action.RECALL: _stop_sign,
    Action.RELEASE: _release,
    Action.CONTACT: _record_contact,
    Action.MESSAGE: _record_contact,
    Action.HOLD: _hold,
    Action.RESUME: _resume,
    Action.EXTEND: _extend,
    Action.RESOLVE: _settle,
    Action.ANSWER: _settle,
    Action.DECLINE: _settle,
    Action.WITHDRAW: _withdraw,
    Action.REOPEN: _reopen,
    Action.MERGE: _merge,
    Action.SPLIT: _merge,
    Action.CORRECT: _correct,
    Action.BRING_BACK: _reopen,
    Action.ADOPT: _settle,
    Action.REPLY: _settle,
    Action.FORWARD: _settle,
    Action.PASS_ON: _settle,
}
