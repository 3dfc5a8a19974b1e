"""A case's clocks, read from its events: nothing else can move them.

`respond`: until a person of the staff has had real contact with the resident. `sign`: until the
unit that was sent the case has accepted or returned it. `resolve`: until the unit says that it is
done, once a round; the total goes on from the registration through every round. A return moves
none of them (S28). `hold` stops `resolve` alone: a resident can always be spoken to.

Events count in the order of the log. One with an earlier time than the one before it, because
somebody's clock was wrong, counts as if it had happened at the same moment.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from backend.deadlines.hours import Hours
from backend.deadlines.limits import Limits
from backend.deadlines.rules import Calendar, deadline, extended
from backend.deadlines.working_time import later, worked
from backend.vocabulary.case_lifecycle import Action


class Clock(StrEnum):
    SIGN = "sign"
    RESPOND = "respond"
    RESOLVE = "resolve"
    REPLY = "reply"  # in its place where nothing is to be put right: suggestions, praise

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
class Happened:
    """One event of a case, as far as clocks care."""

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
    sent_at: datetime | None = None  # to a unit that has not answered yet
    sign_by: datetime | None = None
    held_at: datetime | None = None
    settled_at: datetime | None = None  # in this round
    first_resolved_at: datetime | None = None
    first_round: "FirstRound | None" = None  # once there was another

    @property
    def in_first_round(self) -> "FirstRound":
        """What was due in the first round, and when the resident was really spoken to then."""
        return self.first_round or FirstRound(self.respond_by, self.responded_at, self.resolve_by)

    @property
    def last(self) -> Clock:
        """What the clock that ends at `resolve_by` waits for."""
        return Clock(self.limits.owes)


@dataclass(frozen=True)
class FirstRound:
    respond_by: datetime
    responded_at: datetime | None
    resolve_by: datetime


def read(events: Iterable[Happened], calendar: Calendar) -> Clocks:
    """The clocks after `events`, of which the first is the registration."""
    first, *others = events
    clocks, last = _registered(first, calendar), first.at
    for event in others:
        move = MOVES.get(event.action)
        if move:
            last = max(last, event.at)
            clocks = move(clocks, replace(event, at=last), calendar)
    return clocks


def _registered(event: Happened, calendar: Calendar) -> Clocks:
    """A case that began elsewhere brings along what was promised and done there."""
    limits = Limits(**event.details["limits"])
    brought = _moments(event.details.get("brought", {}))
    resolve_by = brought.get("resolve_by") or deadline(event.at, limits.resolve_days, calendar)
    settled_at = brought.get("settled_at")
    return Clocks(
        limits=limits,
        respond_by=deadline(event.at, limits.respond_days, calendar),
        resolve_by=resolve_by,
        total_resolve_by=resolve_by,
        responded_at=brought.get("accepted_at") or settled_at,
        held_at=brought.get("held_at"),
        settled_at=settled_at,
        first_resolved_at=settled_at,
    )


def _moments(written: Mapping[str, str]) -> dict[str, datetime]:
    return {name: datetime.fromisoformat(at) for name, at in written.items()}


def _sent(clocks: Clocks, event: Happened, calendar: Calendar) -> Clocks:
    hours = event.details.get("sign_hours")
    if hours is None:
        return clocks
    own = event.details.get("hours")
    at_the_unit = replace(calendar, hours=Hours.parse(own)) if own else calendar
    sign_by = later(event.at, timedelta(hours=hours), at_the_unit)
    return replace(clocks, sent_at=event.at, sign_by=sign_by)


def _answered_for(clocks: Clocks, event: Happened, calendar: Calendar) -> Clocks:
    """The unit has accepted or returned it; to accept with a word to the resident is contact."""
    signed = replace(clocks, sent_at=None, sign_by=None)
    if event.action is Action.ACCEPT and event.details.get("text"):
        return _contact(signed, event, calendar)
    return signed


def _contact(clocks: Clocks, event: Happened, _: Calendar) -> Clocks:
    return replace(clocks, responded_at=clocks.responded_at or event.at)


def _held(clocks: Clocks, event: Happened, _: Calendar) -> Clocks:
    return replace(clocks, held_at=event.at)


def _resumed(clocks: Clocks, event: Happened, calendar: Calendar) -> Clocks:
    if clocks.held_at is None:
        return clocks
    stood = worked(clocks.held_at, event.at, calendar)
    return replace(
        clocks,
        held_at=None,
        resolve_by=later(clocks.resolve_by, stood, calendar),
        total_resolve_by=later(clocks.total_resolve_by, stood, calendar),
    )


def _extended(clocks: Clocks, event: Happened, calendar: Calendar) -> Clocks:
    days = event.details["days"]
    return replace(
        clocks,
        resolve_by=extended(clocks.resolve_by, days, calendar),
        total_resolve_by=extended(clocks.total_resolve_by, days, calendar),
    )


def _settled(clocks: Clocks, event: Happened, calendar: Calendar) -> Clocks:
    """Resolved, answered or declined: the words that go with it reach the resident."""
    return replace(
        _contact(clocks, event, calendar),
        sent_at=None,
        sign_by=None,
        settled_at=event.at,
        first_resolved_at=clocks.first_resolved_at or event.at,
    )


def _released(clocks: Clocks, event: Happened, calendar: Calendar) -> Clocks:
    """The unit has ended: nobody can sign any more, and what was on hold runs again."""
    return replace(_resumed(clocks, event, calendar), sent_at=None, sign_by=None)


def _withdrawn(clocks: Clocks, event: Happened, _: Calendar) -> Clocks:
    return replace(clocks, sent_at=None, sign_by=None, held_at=None, settled_at=event.at)


def _reopened(clocks: Clocks, event: Happened, calendar: Calendar) -> Clocks:
    again = replace(
        clocks,
        respond_by=deadline(event.at, clocks.limits.respond_days, calendar),
        resolve_by=deadline(event.at, clocks.limits.reopened_days, calendar),
        responded_at=None,
        held_at=None,
        settled_at=None,
        first_round=clocks.in_first_round,
    )
    return _sent(again, event, calendar)


def _merged(clocks: Clocks, event: Happened, calendar: Calendar) -> Clocks:
    """A member is signed and stands still with its lead; its own deadlines are its own.

    A lead is due when the first of its members is: merging buys nobody time.
    """
    told = event.details
    if "lead" not in told:
        due = _moments({"due": told["due"]} if "due" in told else {}).get("due")
        return replace(clocks, resolve_by=min(clocks.resolve_by, due)) if due else clocks
    running = _resumed(clocks, event, calendar)
    sign_by = _moments({"sign_by": told["sign_by"]})["sign_by"] if "sign_by" in told else None
    return replace(
        running,
        sent_at=event.at if sign_by else None,
        sign_by=sign_by,
        held_at=event.at if told.get("held") else None,
    )


# What changes a clock. The rest of a log may be as long as it likes.
MOVES: dict[Action, Callable[[Clocks, Happened, Calendar], Clocks]] = {
    Action.DISPATCH: _sent,
    Action.REFUSE_RETURN: _sent,
    Action.ARBITRATE: _sent,
    Action.TAKE_OVER: _sent,
    Action.ACCEPT: _answered_for,
    Action.RETURN: _answered_for,
    Action.RELEASE: _released,
    Action.CONTACT: _contact,
    Action.HOLD: _held,
    Action.RESUME: _resumed,
    Action.EXTEND: _extended,
    Action.RESOLVE: _settled,
    Action.ANSWER: _settled,
    Action.DECLINE: _settled,
    Action.WITHDRAW: _withdrawn,
    Action.REOPEN: _reopened,
    Action.MERGE: _merged,
    Action.SPLIT: _merged,
    Action.BRING_BACK: _reopened,
    Action.ADOPT: _settled,
    Action.REPLY: _settled,
    Action.FORWARD: _settled,
    Action.PASS_ON: _settled,
}
