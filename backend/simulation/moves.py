"""The next move in a simulated case, from a view of the case and from chance. Pure.

The unit acts by its habit, dispatcher and supervisor act by the rules. Residents vary: some never
rate, some are dissatisfied, some ask for another round.
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
# Shares of one.
WITHDRAWN, ANSWERED = 0.01, 0.6  # of dispatched cases; of registered inquiries
MISLED = 0.1  # dispatchers who believe a groundless return
WRONG_UNIT_RETURNS = 0.95
GROUNDLESS = ("not_ours", "needs_others", "unclear")  # reasons for returning the unit's own case
CHASES, HOLDS = 0.4, 0.04
GRANTED = 0.8  # of the requested extensions
RATES = 0.55  # of the residents asked to rate; the others do not answer
SAYS_WHY, ASKS_AGAIN = 0.6, 0.4  # of dissatisfied residents
LONG_TERM = 0.2  # of unsolved cases
LONG_TERM_TAKES = timedelta(days=40)
_OWED_A_REPLY = {"suggestion": Action.REPLY, "praise": Action.PASS_ON}
_ASKS_TO_BE_RATED = (Action.RESOLVE, Action.ANSWER, Action.REPLY)
# Weights of the grades, best first, for solved and for unsolved cases.
CONTENT, DISCONTENT = (45, 30, 13, 8, 4), (4, 9, 20, 34, 33)


@dataclass(frozen=True)
class CaseView:
    """The state of a case that the next move depends on; `last` is its latest action."""

    status: Status
    last: Action
    kind: str
    round: int
    unit: str | None
    own: str  # the unit that is really responsible
    elsewhere: str  # the unit that a misled dispatcher would choose
    habit: Habit  # of the unit that has the case
    resolve_by: datetime
    was_refused: bool  # a return by this unit was refused in this round
    is_bound: bool
    is_disputed: bool
    is_extended: bool
    is_extension_asked: bool
    is_chased: bool
    is_solved: bool
    is_spoken_to: bool
    grade: Grade | None  # if the latest action was a rating


@dataclass(frozen=True)
class Move:
    """A step to take at `at`; `by` is resident, dispatcher, supervisor or unit."""

    at: datetime
    action: Action
    by: str
    details: Mapping[str, Any] = field(default_factory=dict)
    grade: Grade | None = None


@dataclass(frozen=True)
class MoveContext:
    view: CaseView
    chance: Random
    calendar: Calendar
    words: Mapping[str, Any]
    now: datetime

    def likely(self, share: float) -> bool:
        return self.chance.random() < share

    def say(self, name: str) -> str:
        """The text called `name` in the script; a random one if there are several."""
        texts = self.words[name]
        return str(texts if isinstance(texts, str) else self.chance.choice(texts))

    def at_work(self, low: float, high: float) -> datetime:
        """A moment after `low` to `high` working hours."""
        length = timedelta(hours=self.chance.uniform(low, high))
        return add_working_time(self.now, length, self.calendar)

    def at_home(self, low: float, high: float) -> datetime:
        """A moment after `low` to `high` hours."""
        return self.now + timedelta(hours=self.chance.uniform(low, high))


def next_move(context: MoveContext) -> Move | None:
    """None if nobody acts any more; the sweep still may."""
    return _NEXT[context.view.status](context)


def _registered(context: MoveContext) -> Move:
    at = context.at_home(0.2, 3)
    if context.view.kind == "inquiry" and context.likely(ANSWERED):
        return Move(at, Action.ANSWER, "dispatcher", {"text": context.say("answer")})
    return Move(at, Action.DISPATCH, "dispatcher", {"unit": context.view.own})


def _dispatched(context: MoveContext) -> Move:
    view = context.view
    if context.likely(WITHDRAWN):
        reason = {"reason": context.say("withdraw")}
        return Move(context.at_home(0.1, 2), Action.WITHDRAW, "resident", reason)
    at = context.at_work(*view.habit.signs_after)
    if view.is_bound or not _returns(context):
        return Move(at, Action.ACCEPT, "unit")
    if view.unit != view.own:
        details = {"reason": "not_ours", "text": context.say("wrong_unit"), "unit": view.own}
        return Move(at, Action.RETURN, "unit", details)
    details = {"reason": context.chance.choice(GROUNDLESS), "text": context.say("return")}
    return Move(at, Action.RETURN, "unit", details)


def _returns(context: MoveContext) -> bool:
    view = context.view
    if view.unit != view.own:
        return context.likely(WRONG_UNIT_RETURNS)
    return context.likely(view.habit.insists if view.was_refused else view.habit.returns_own)


def _returned(context: MoveContext) -> Move:
    view = context.view
    to = {"unit": view.own}
    if view.is_disputed:
        details = to | {"reason": context.say("arbitrate")}
        return Move(context.at_work(2, 10), Action.ARBITRATE, "supervisor", details)
    at = context.at_work(0.3, 3)
    if view.unit != view.own:
        return Move(at, Action.DISPATCH, "dispatcher", to)
    if context.likely(MISLED):
        return Move(at, Action.DISPATCH, "dispatcher", {"unit": view.elsewhere})
    return Move(at, Action.REFUSE_RETURN, "dispatcher", {"reason": context.say("refuse_return")})


def _accepted(context: MoveContext) -> Move:
    view = context.view
    if view.is_extension_asked:
        return _decided(context)
    if view.last is Action.ACCEPT and context.likely(view.habit.contacts):
        return Move(
            context.at_work(0.2, 6), Action.CONTACT, "unit", {"text": context.say("contact")}
        )
    if view.last is Action.CONTACT and context.likely(HOLDS):
        return Move(context.at_work(1, 8), Action.HOLD, "unit", {"reason": context.say("hold")})
    if view.last in (Action.ACCEPT, Action.CONTACT, Action.RESUME):
        return _worked_on(context)
    return _resolved_at(context, context.at_work(0.5, 12))


def _decided(context: MoveContext) -> Move:
    """The decision on the requested extension."""
    at = context.at_work(0.3, 3)
    if context.likely(GRANTED):
        return Move(at, Action.EXTEND, "dispatcher", {"reason": context.say("grant")})
    refused = {"reason": context.say("refuse_extension")}
    return Move(at, Action.REFUSE_EXTENSION, "dispatcher", refused)


def _worked_on(context: MoveContext) -> Move:
    """Resolution; before that the unit may ask for an extension, or the resident may chase."""
    view, chance = context.view, context.chance
    remaining = working_time(context.now, view.resolve_by, context.calendar)
    done_at = add_working_time(
        context.now, remaining * chance.uniform(*view.habit.works), context.calendar
    )
    done_at = max(done_at, context.at_work(0.3, 3))
    asks_at = context.at_work(0.5, 6)
    in_time = asks_at < min(done_at, view.resolve_by - timedelta(hours=12))
    if in_time and not view.is_extended and context.likely(view.habit.asks_extension):
        details = {"reason": context.say("ask_extension"), "days": chance.randint(2, 8)}
        return Move(asks_at, Action.ASK_EXTENSION, "unit", details)
    chases_at = view.resolve_by + timedelta(hours=chance.uniform(1, 40))
    if chases_at < done_at and not view.is_chased and context.likely(CHASES):
        return Move(max(chases_at, context.now), Action.CHASE, "resident")
    return _resolved_at(context, done_at)


def _resolved_at(context: MoveContext, at: datetime) -> Move:
    if context.view.kind in _OWED_A_REPLY:
        action = _OWED_A_REPLY[context.view.kind]
        return Move(at, action, "unit", {"text": context.say(action.value)})
    if context.likely(context.view.habit.solves):
        return _resolves(context, at, "solved")
    if not context.likely(LONG_TERM):
        return _resolves(context, at, "explained")
    return _resolves(context, at, "long_term", by=(at + LONG_TERM_TAKES).date().isoformat())


def _resolves(context: MoveContext, at: datetime, outcome: str, **more: str) -> Move:
    details = {"outcome": outcome, "text": context.say(outcome), **more}
    return Move(at, Action.RESOLVE, "unit", details)


def _on_hold(context: MoveContext) -> Move:
    return Move(context.at_work(8, 40), Action.RESUME, "unit")


def _settled(context: MoveContext) -> Move | None:
    view = context.view
    if view.last in _ASKS_TO_BE_RATED and context.likely(RATES):
        grade = context.chance.choices(GRADES, _weights(context))[0]
        details = {"text": context.say("low")} if grade.is_low and context.likely(SAYS_WHY) else {}
        return Move(context.at_home(0.1, 72), Action.RATE, "resident", details, grade)
    low = view.last is Action.RATE and view.grade is not None and view.grade.is_low
    if low and view.round < MOST_ROUNDS and view.unit and context.likely(ASKS_AGAIN):
        return Move(
            context.at_home(0.1, 30), Action.REOPEN, "resident", {"reason": context.say("reopen")}
        )
    return None


def _weights(context: MoveContext) -> Sequence[int]:
    """A resident who was never contacted is satisfied less often, even if the case is solved."""
    ignored = not context.view.is_spoken_to and context.likely(0.3)
    return CONTENT if context.view.is_solved and not ignored else DISCONTENT


_NEXT: dict[Status, Callable[[MoveContext], Move | None]] = {
    Status.REGISTERED: _registered,
    Status.DISPATCHED: _dispatched,
    Status.RETURNED: _returned,
    Status.ACCEPTED: _accepted,
    Status.ON_HOLD: _on_hold,
    Status.RESOLVED: _settled,
    Status.CLOSED: _settled,
}
