"""A row that a source sends again: its state and reply are taken over, each with an event.

Nothing else of a row changes a case: not its words, place or person. The steps are those of the
lifecycle's table, in their order; a state that no steps lead to is noted only.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from backend.cases.locking import lock_case
from backend.cases.queries import last_event_at
from backend.cases.step import StepContext
from backend.cases.stepping import act, note
from backend.errors import BadInput, Conflict
from backend.models.cases import Case
from backend.models.sources import SourceRecord
from backend.sources.contract import Row
from backend.sources.registry import Source
from backend.texts.sources import NO_REPLY_GIVEN
from backend.vocabulary.actors import Actor
from backend.vocabulary.case_lifecycle import TRANSITIONS, Action, Status
from backend.vocabulary.outcomes import STAFF_OUTCOMES, Outcome, StaffOutcome
from backend.vocabulary.step_details import (
    Answer,
    Details,
    ReasonOrText,
    Reply,
    Resolve,
    WithReason,
    read_details,
)
from backend.vocabulary.tracks import Track, allows

# What another system's progress may do to a case here. A dispatch or return stays with the centre.
_ON_THE_WAY = frozenset({Action.ACCEPT, Action.HOLD, Action.RESUME})
_AGAIN = frozenset({Action.REOPEN, Action.ACCEPT, Action.HOLD})
_TO_THE_END = frozenset(
    {
        Action.ACCEPT, Action.RESUME, Action.RESOLVE, Action.REPLY, Action.PASS_ON, Action.CLOSE,
    }
)  # fmt: skip
_NEEDS_DATE = Outcome.LONG_TERM  # the contract has no date for it


@dataclass(frozen=True)
class _Update:
    session: Session
    source: Source
    case: Case
    row: Row
    now: datetime

    @property
    def actor(self) -> Actor:
        return Actor(f"source:{self.source.code}", self.source.name)

    @property
    def reply(self) -> str:
        return self.row.answer or NO_REPLY_GIVEN.format(source=self.source.name).plain

    @property
    def outcome(self) -> StaffOutcome:
        ours = [outcome for outcome in STAFF_OUTCOMES if outcome is not _NEEDS_DATE]
        return next((one for one in ours if one == self.row.outcome), Outcome.EXPLAINED)


def sent_of(row: Row) -> dict[str, str | None]:
    """What may change in a row: compared with the next row of the same number."""
    return {"status": row.status, "outcome": row.outcome, "answer": row.answer}


def update(
    session: Session, source: Source, record: SourceRecord, row: Row, *, now: datetime
) -> bool:
    """Take over what the row changes since it was last sent; False when that is nothing."""
    sent, before = sent_of(row), record.sent
    if before == sent:
        return False
    record.sent, record.as_given = sent, dict(row.as_given)
    if before is None and row.status is Status.REGISTERED:  # sent before changes were compared
        return False
    lock_case(session, record.case_id)
    case = session.get_one(Case, record.case_id)
    _apply(_Update(session, source, case, row, now))
    return True


def _apply(update: _Update) -> None:
    case, row = update.case, update.row
    try:
        with update.session.begin_nested():
            for action in _steps(update):
                act(_step(update, action))
    except (BadInput, Conflict) as problem:
        update.session.refresh(case)
        _note(update, problem.message)
        return
    if case.status != row.status or (row.answer and case.outcome_text != row.answer):
        if row.answer and not Status(case.status).is_open:
            case.outcome_text = row.answer
        _note(update, None)


def _steps(update: _Update) -> list[Action]:
    """The shortest way in the table to the row's state; none when there is none."""
    case, target = update.case, update.row.status
    if update.row.outcome == Outcome.WITHDRAWN and Status(case.status).is_open:
        return [Action.WITHDRAW]
    begin = Status(case.status)
    if begin is Status.REGISTERED and not target.is_open:
        return [Action.ANSWER]  # no unit of ours had it
    may = _TO_THE_END
    if target.is_open:
        may = _ON_THE_WAY if begin.is_open else _AGAIN
    ways = deque[tuple[Status, list[Action]]]([(begin, [])])
    reached = {begin}
    while ways:
        status, actions = ways.popleft()
        if status is target:
            return actions
        for action, after in _next(status, Track(case.track)):
            if action in may and after not in reached:
                reached.add(after)
                ways.append((after, [*actions, action]))
    return []


def _next(status: Status, track: Track) -> Iterator[tuple[Action, Status]]:
    for (before, action), after in TRANSITIONS.items():
        if before is status and allows(track, action):
            yield action, after


def _step(update: _Update, action: Action) -> StepContext:
    row, details = update.row, _details(update, action)
    source_time = {
        Action.ACCEPT: row.accepted_at,
        Action.RESOLVE: row.resolved_at,
        Action.CLOSE: row.closed_at,
    }.get(action)
    at = _in_order(update, source_time)
    return StepContext(update.session, update.case, update.actor, at, details)


def _details(update: _Update, action: Action) -> Details:
    match action:
        case Action.RESOLVE:
            return Resolve(outcome=update.outcome, text=update.reply)
        case Action.ANSWER:
            return Answer(text=update.reply)
        case Action.REPLY | Action.PASS_ON:
            return Reply(action=action, text=update.reply)
        case Action.REOPEN | Action.HOLD:
            return WithReason(action, update.reply)
    return read_details(action, {})


def _in_order(update: _Update, source_time: datetime | None) -> datetime:
    """The time that the source gives, but never before the case's last event or after now."""
    last = last_event_at(update.session, update.case.case_no)
    at = min(source_time or update.now, update.now)
    return max(at, last) if last and last <= update.now else update.now


def _note(update: _Update, problem: str | None) -> None:
    """Log what the source says where no step does."""
    details = ReasonOrText(Action.UPDATE, problem, update.row.answer)
    step = StepContext(update.session, update.case, update.actor, update.now, details)
    step.event_details["source_status"] = update.row.status
    note(step)
