"""What happens next to a simulated case: pure, from what is seen of it and from chance.

The unit that has it acts by its habit, the dispatcher and the supervisor by the rules, and the
resident as residents do: some never rate, some are not content, some ask for another round.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from backend.deadlines.rules import Calendar
from backend.deadlines.working_time import add_working_time, working_time
from backend.simulation.habits import Habit
from backend.vocabulary.case_lifecycle import Action, Status
from backend.vocabulary.grades import GRADES, Grade

MOST_ROUNDS = 3
WITHDRAWN, ANSWERED = 0.01, 0.6  # of what is dispatched; of inquiries that nobody has yet
MISLED = 0.1  # dispatchers, by a return that has no ground
WRONG_UNIT_RETURNS = 0.95
GROUNDLESS = ("not_ours", "needs_others", "unclear")  # reasons for passing on one's own work
CHASES, HOLDS = 0.4, 0.04
GRANTED = 0.8  # of the extensions asked for
RATES = 0.55  # of the residents who are asked; the others do not answer
SAYS_WHY, ASKS_AGAIN = 0.6, 0.4  # of those who are not content
LONG_TERM = 0.2  # of what is not solved
LONG_TERM_TAKES = timedelta(days=40)
_OWED_A_REPLY = {"suggestion": Action.REPLY, "praise": Action.PASS_ON}
_ASKS_TO_BE_RATED = (Action.RESOLVE, Action.ANSWER, Action.REPLY)
# Weights of the grades, best first, where it was done and where it was not.
CONTENT, DISCONTENT = (45, 30, 13, 8, 4), (4, 9, 20, 34, 33)


@dataclass(frozen=True)
class Seen:
    """What can be seen of a case now; `last` is what happened to it last."""

    status: Status
    last: Action
    kind: str
    round: int
    unit: str | None
    own: str  # the unit whose job it really is
    elsewhere: str  # another that a misled dispatcher would take
    habit: Habit  # of the unit that has it
    resolve_by: datetime
    was_refused: bool  # its return, in this round
    is_bound: bool
    is_disputed: bool
    is_extended: bool
    is_asked: bool  # for an extension
    is_chased: bool
    is_solved: bool
    is_spoken_to: bool
    grade: Grade | None  # where it was rated just now


@dataclass(frozen=True)
class Move:
    """`by` is resident, dispatcher, supervisor or unit; `told` are the step's details."""

    at: datetime
    action: Action
    by: str
    told: Mapping[str, Any] = field(default_factory=dict)
    grade: Grade | None = None


@dataclass(frozen=True)
class Turn:
    seen: Seen
    chance: Random
    calendar: Calendar
    words: Mapping[str, Any]
    now: datetime

    def likely(self, share: float) -> bool:
        return self.chance.random() < share

    def say(self, what: str) -> str:
        said = self.words[what]
        return str(said if isinstance(said, str) else self.chance.choice(said))

    def at_work(self, low: float, high: float) -> datetime:
        """After so many working hours."""
        length = timedelta(hours=self.chance.uniform(low, high))
        return add_working_time(self.now, length, self.calendar)

    def at_home(self, low: float, high: float) -> datetime:
        return self.now + timedelta(hours=self.chance.uniform(low, high))


def next_move(turn: Turn) -> Move | None:
    """None when nobody does anything more; the sweep may still."""
    return _NEXT[turn.seen.status](turn)


def _registered(turn: Turn) -> Move:
    at = turn.at_home(0.2, 3)
    if turn.seen.kind == "inquiry" and turn.likely(ANSWERED):
        return Move(at, Action.ANSWER, "dispatcher", {"text": turn.say("answer")})
    return Move(at, Action.DISPATCH, "dispatcher", {"unit": turn.seen.own})


def _dispatched(turn: Turn) -> Move:
    seen = turn.seen
    if turn.likely(WITHDRAWN):
        reason = {"reason": turn.say("withdraw")}
        return Move(turn.at_home(0.1, 2), Action.WITHDRAW, "resident", reason)
    at = turn.at_work(*seen.habit.signs_after)
    if seen.is_bound or not _returns(turn):
        return Move(at, Action.ACCEPT, "unit")
    if seen.unit != seen.own:
        told = {"reason": "not_ours", "text": turn.say("wrong_unit"), "unit": seen.own}
        return Move(at, Action.RETURN, "unit", told)
    told = {"reason": turn.chance.choice(GROUNDLESS), "text": turn.say("return")}
    return Move(at, Action.RETURN, "unit", told)


def _returns(turn: Turn) -> bool:
    seen = turn.seen
    if seen.unit != seen.own:
        return turn.likely(WRONG_UNIT_RETURNS)
    return turn.likely(seen.habit.insists if seen.was_refused else seen.habit.returns_own)


def _returned(turn: Turn) -> Move:
    seen = turn.seen
    to = {"unit": seen.own}
    if seen.is_disputed:
        told = to | {"reason": turn.say("arbitrate")}
        return Move(turn.at_work(2, 10), Action.ARBITRATE, "supervisor", told)
    at = turn.at_work(0.3, 3)
    if seen.unit != seen.own:
        return Move(at, Action.DISPATCH, "dispatcher", to)
    if turn.likely(MISLED):
        return Move(at, Action.DISPATCH, "dispatcher", {"unit": seen.elsewhere})
    return Move(at, Action.REFUSE_RETURN, "dispatcher", {"reason": turn.say("refuse_return")})


def _accepted(turn: Turn) -> Move:
    seen = turn.seen
    if seen.is_asked:
        return _decided(turn)
    if seen.last is Action.ACCEPT and turn.likely(seen.habit.contacts):
        return Move(turn.at_work(0.2, 6), Action.CONTACT, "unit", {"text": turn.say("contact")})
    if seen.last is Action.CONTACT and turn.likely(HOLDS):
        return Move(turn.at_work(1, 8), Action.HOLD, "unit", {"reason": turn.say("hold")})
    if seen.last in (Action.ACCEPT, Action.CONTACT, Action.RESUME):
        return _worked_on(turn)
    return _resolved_at(turn, turn.at_work(0.5, 12))


def _decided(turn: Turn) -> Move:
    """Whether the unit gets the extension that it asked for."""
    at = turn.at_work(0.3, 3)
    if turn.likely(GRANTED):
        return Move(at, Action.EXTEND, "dispatcher", {"reason": turn.say("grant")})
    refused = {"reason": turn.say("refuse_extension")}
    return Move(at, Action.REFUSE_EXTENSION, "dispatcher", refused)


def _worked_on(turn: Turn) -> Move:
    """Until it is done; before that the unit may ask for time, and the resident may urge."""
    seen = turn.seen
    left = working_time(turn.now, seen.resolve_by, turn.calendar)
    done = add_working_time(turn.now, left * turn.chance.uniform(*seen.habit.works), turn.calendar)
    done = max(done, turn.at_work(0.3, 3))
    asks_by = turn.at_work(0.5, 6)
    in_time = asks_by < min(done, seen.resolve_by - timedelta(hours=12))
    if in_time and not seen.is_extended and turn.likely(seen.habit.asks_extension):
        told = {"reason": turn.say("ask_extension"), "days": turn.chance.randint(2, 8)}
        return Move(asks_by, Action.ASK_EXTENSION, "unit", told)
    urges_at = seen.resolve_by + timedelta(hours=turn.chance.uniform(1, 40))
    if urges_at < done and not seen.is_chased and turn.likely(CHASES):
        return Move(max(urges_at, turn.now), Action.CHASE, "resident")
    return _resolved_at(turn, done)


def _resolved_at(turn: Turn, at: datetime) -> Move:
    if turn.seen.kind in _OWED_A_REPLY:
        action = _OWED_A_REPLY[turn.seen.kind]
        return Move(at, action, "unit", {"text": turn.say(action.value)})
    if turn.likely(turn.seen.habit.solves):
        return _resolves(turn, at, "solved")
    if not turn.likely(LONG_TERM):
        return _resolves(turn, at, "explained")
    return _resolves(turn, at, "long_term", by=(at + LONG_TERM_TAKES).date().isoformat())


def _resolves(turn: Turn, at: datetime, outcome: str, **more: str) -> Move:
    told = {"outcome": outcome, "text": turn.say(outcome), **more}
    return Move(at, Action.RESOLVE, "unit", told)


def _on_hold(turn: Turn) -> Move:
    return Move(turn.at_work(8, 40), Action.RESUME, "unit")


def _settled(turn: Turn) -> Move | None:
    seen = turn.seen
    if seen.last in _ASKS_TO_BE_RATED and turn.likely(RATES):
        grade = turn.chance.choices(GRADES, _weights(turn))[0]
        told = {"text": turn.say("low")} if grade.is_low and turn.likely(SAYS_WHY) else {}
        return Move(turn.at_home(0.1, 72), Action.RATE, "resident", told, grade)
    low = seen.last is Action.RATE and seen.grade is not None and seen.grade.is_low
    if low and seen.round < MOST_ROUNDS and seen.unit and turn.likely(ASKS_AGAIN):
        return Move(
            turn.at_home(0.1, 30), Action.REOPEN, "resident", {"reason": turn.say("reopen")}
        )
    return None


def _weights(turn: Turn) -> Sequence[int]:
    """Who was never spoken to is content less often, whatever was done."""
    ignored = not turn.seen.is_spoken_to and turn.likely(0.3)
    return CONTENT if turn.seen.is_solved and not ignored else DISCONTENT


_NEXT: dict[Status, Callable[[Turn], Move | None]] = {
    Status.REGISTERED: _registered,
    Status.DISPATCHED: _dispatched,
    Status.RETURNED: _returned,
    Status.ACCEPTED: _accepted,
    Status.ON_HOLD: _on_hold,
    Status.RESOLVED: _settled,
    Status.CLOSED: _settled,
}
