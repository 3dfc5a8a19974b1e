"""Any sequence of steps over the real service: the log alone tells what state a case is in."""

from collections import Counter
from datetime import timedelta
from itertools import count
from typing import ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from backend.cases.due_times import load_clock_events
from backend.cases.effects import EFFECTS
from backend.cases.step import StepContext
from backend.cases.stepping import note
from backend.database import Database
from backend.deadlines.city import calendar
from backend.deadlines.clocks import read_clocks
from backend.errors import Conflict
from backend.jobs.scheduler import sweep
from backend.models.cases import Case
from backend.models.messages import OutboxMessage
from backend.models.ratings import Rating
from backend.ratings.service import RATEABLE, rate
from backend.vocabulary.case_lifecycle import OPEN, TRANSITIONS, WITH_A_UNIT, Action, Status
from backend.vocabulary.grades import Grade
from backend.vocabulary.step_details import (
    AskExtension,
    Contact,
    Correct,
    MaybeText,
    Resolve,
    WithReason,
    WithText,
)
from backend.vocabulary.tracks import ONLY_ON
from tests.support.builders import HANDLER, NOON, a_conversation, a_registered_case, take

HOUR = timedelta(hours=1)
TEXTS = (
    "有件事想说说",
    "西湖区文三路楼下夜里施工太吵",
    "建议在西湖区文三路多装几盏路灯",
    "表扬西湖区文三路社区的小王，热心帮忙",
    "西湖区文三路的案子法院已经判了，对方不执行，求帮忙",
)
AGAIN = {Action.REOPEN, Action.BRING_BACK}
GIVES = {Action.DISPATCH, Action.REFUSE_RETURN, Action.ARBITRATE, *AGAIN}
COMES_BACK = {Action.RETURN, Action.RELEASE}
# One extension, in time; a dispute is arbitrated and nothing else; a decision binds; what takes
# long comes back on its day; each track has steps of its own.
HAS_CONDITIONS = {
    Action.EXTEND, Action.ARBITRATE, Action.DISPATCH, Action.REFUSE_RETURN, Action.RETURN,
    Action.ASK_EXTENSION, Action.REFUSE_EXTENSION, Action.BRING_BACK,
    Action.RECALL, Action.ANSWER, *ONLY_ON,
}  # fmt: skip
DETAILS_OF = {
    Action.CHASE: MaybeText(Action.CHASE),
    Action.CONTACT: Contact(text="打过电话"),
    Action.ADD_DETAIL: WithText(Action.ADD_DETAIL, text="还有一处"),
    Action.ASK_EXTENSION: AskExtension(reason="要开挖", days=3),
    Action.REFUSE_EXTENSION: WithReason(Action.REFUSE_EXTENSION, reason="人手够"),
    Action.CORRECT: Correct(place="上城区凯旋路"),
}
MESSAGES = count(1)


class LifeOfACase(RuleBasedStateMachine):
    database: ClassVar[Database]

    @initialize(text=st.sampled_from([*TEXTS]))
    def register(self, text: str) -> None:
        self.now = NOON
        with self.database.begin() as session:
            case = a_registered_case(session, a_conversation(session), text=text)
            self.case_id, self.status, self.rounds = case.id, Status(case.status), 1
            self.returns, self.clocks = 0, (1, case.resolve_by, case.total_resolve_by)
            self.facts, self.rated = Counter[str](), set[int]()

    @rule(action=st.sampled_from(sorted(EFFECTS)), hours=st.integers(-5, 100))
    def step(self, action: Action, hours: int) -> None:
        """On a machine whose clock may be behind that of the step before."""
        self.now += hours * HOUR
        allowed = TRANSITIONS.get((self.status, action))
        try:
            with self.database.begin() as session:
                take(session, session.get_one(Case, self.case_id), action, now=self.now)
        except Conflict:
            assert allowed is None or action in HAS_CONDITIONS
        else:
            assert allowed is not None
            self.status = allowed
            self.rounds += action in AGAIN
            self.returns += action is Action.RETURN

    @rule(pick=st.integers(0, 11), hours=st.integers(0, 30))
    def go_on(self, pick: int, hours: int) -> None:
        """What the table allows now: else few lives would come to a second return or round."""
        allowed = sorted(a for status, a in TRANSITIONS if status is self.status and a in EFFECTS)
        self.step(allowed[pick % len(allowed)], hours)

    @rule(days=st.integers(1, 30))
    def take_long(self, days: int) -> None:
        """Resolved with a day, on which the sweep brings it back."""
        by = (self.now.date() + timedelta(days=days + 1)).isoformat()
        details = Resolve(outcome="long_term", text="要等规划", by=by)
        try:
            with self.database.begin() as session:
                case = session.get_one(Case, self.case_id)
                take(session, case, details, now=self.now)
        except Conflict:
            return
        assert self.status is Status.ACCEPTED
        self.status = Status.RESOLVED

    @invariant()
    def the_log_gives_the_status(self) -> None:
        with self.database.begin() as session:
            case = session.get_one(Case, self.case_id)
            status: str | None = None
            for event in case.events:
                if event.to_status is None:  # a fact
                    continue
                assert event.from_status == status
                status = event.to_status
            assert case.status == status == self.status
            assert case.round == self.rounds
            assert case.returns == self.returns
            assert case.first_contact_owner == self.first_owner(case)

    @invariant()
    def times_and_status_agree(self) -> None:
        with self.database.begin() as session:
            case = session.get_one(Case, self.case_id)
            status = Status(case.status)
            assert (case.held_at is not None) <= (status in {Status.ON_HOLD, Status.CLOSED})
            assert (case.closed_at is not None) == (status is Status.CLOSED)
            assert (case.outcome is not None) == (status not in OPEN)
            assert (case.unit_code is not None) >= (
                status not in {Status.REGISTERED, Status.CLOSED}
            )

    @rule(action=st.sampled_from(sorted(DETAILS_OF)))
    def fact(self, action: Action) -> None:
        """What the table does not know of: it changes no status, whoever says it when."""
        with self.database.begin() as session:
            case = session.get_one(Case, self.case_id)
            try:
                note(StepContext(session, case, HANDLER, self.now, DETAILS_OF[action]))
            except Conflict:
                assert action in HAS_CONDITIONS
            else:
                self.facts[action] += 1

    @rule(grade=st.sampled_from(Grade), behind=st.integers(0, 1))
    def rate(self, grade: Grade, behind: int) -> None:
        with self.database.begin() as session:
            case = session.get_one(Case, self.case_id)
            about = case.round - behind
            may = about == self.rounds and self.status in RATEABLE and about not in self.rated
            may = may and case.outcome != "withdrawn"
            try:
                rate(session, case, grade, round=about, message_id=next(MESSAGES), now=self.now)
            except Conflict:
                assert not may
            else:
                assert may
                self.rated.add(about)
                if not grade.is_low:
                    self.status = Status.CLOSED

    @invariant()
    def what_is_counted_adds_up(self) -> None:
        with self.database.begin() as session:
            case = session.get_one(Case, self.case_id)
            log = [(event.action, event.from_status, event.details) for event in case.events]
            came_back = sum(action in COMES_BACK for action, *_ in log)
            decided = sum("return" in details for *_, details in log)
            undecided = sum(
                (action, was) == (Action.WITHDRAW, Status.RETURNED) for action, was, _ in log
            )
            assert came_back == decided + undecided + (case.status == Status.RETURNED)
            assert case.chases == self.facts[Action.CHASE]
            assert Counter(action for action, *_ in log if action in DETAILS_OF) == self.facts
            scores = session.scalars(select(Rating.round).where(Rating.case_id == case.id)).all()
            assert sorted(scores) == sorted(self.rated)

    @rule(late=st.booleans(), hours=st.integers(0, 200))
    def sweep(self, late: bool, hours: int) -> None:
        """At any time, and at two clocks that disagree."""
        sweep(self.database, self.now + hours * HOUR * (1 if late else -1))
        with self.database.begin() as session:
            case = session.get_one(Case, self.case_id)
            self.status, came_back = Status(case.status), case.round - self.rounds
            assert came_back in (0, 1)
            self.rounds = case.round

    def first_owner(self, case: Case) -> str | None:
        """Whoever was first given it, until it is dissolved or loses it before it has signed."""
        owner: str | None = None
        signed = set[str | None]()
        for event in case.events:
            if event.action == Action.RELEASE and owner == event.unit_code:
                owner = None
            elif event.action == Action.RECALL and owner == event.unit_code:
                owner = owner if owner in signed else None
            if event.action in {Action.ACCEPT, Action.RETURN}:
                signed.add(event.unit_code)
            elif event.action in GIVES and owner is None:
                owner = event.details["unit"]
        return owner

    @invariant()
    def no_clock_goes_back_within_a_round(self) -> None:
        with self.database.begin() as session:
            case = session.get_one(Case, self.case_id)
            now = (case.round, case.resolve_by, case.total_resolve_by)
            assert now[2] >= self.clocks[2]
            assert now[0] > self.clocks[0] or now[1] >= self.clocks[1]
            self.clocks = now

    @invariant()
    def the_columns_are_what_the_events_say(self) -> None:
        with self.database.begin() as session:
            case = session.get_one(Case, self.case_id)
            clocks = read_clocks(load_clock_events(session, [case])[case.id], calendar())
            for name in ("respond_by", "responded_at", "sign_by", "resolve_by",
                         "total_resolve_by", "first_resolved_at", "held_at"):  # fmt: skip
                if name != "held_at" or case.status == Status.ON_HOLD:
                    assert getattr(case, name) == getattr(clocks, name), name

    @invariant()
    def somebody_always_answers_for_it(self) -> None:
        """A unit that is there, or the dispatcher, who has what is registered or returned."""
        with self.database.begin() as session:
            case = session.get_one(Case, self.case_id)
            if case.status in WITH_A_UNIT:
                assert case.unit is not None
                assert case.unit.active
                assert case.first_contact_owner is not None

    @invariant()
    def each_rung_was_taken_once_for_each_deadline(self) -> None:
        with self.database.begin() as session:
            case = session.get_one(Case, self.case_id)
            rungs_taken = [
                (e.action, e.details["clock"], e.details["due"], e.details.get("level"))
                for e in case.events
                if "due" in e.details
            ]
            assert len(rungs_taken) == len(set(rungs_taken))

    @invariant()
    def nobody_is_asked_to_rate_a_round_twice(self) -> None:
        with self.database.begin() as session:
            rows = session.scalars(
                select(OutboxMessage.buttons).where(
                    OutboxMessage.case_id == self.case_id,
                    func.jsonb_array_length(OutboxMessage.buttons) > 0,
                )
            ).all()
            rounds = [buttons[0]["data"]["round"] for buttons in rows]
            assert len(rounds) == len(set(rounds))

    @invariant()
    def the_resident_was_told_of_each_event_once(self) -> None:
        with self.database.begin() as session:
            keys = session.scalars(
                select(OutboxMessage.dedupe_key).where(OutboxMessage.case_id == self.case_id)
            ).all()
            assert len(keys) == len(set(keys))


def test_the_log_alone_gives_the_state(database: Database) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        type("LifeInADatabase", (LifeOfACase,), {"database": database}),
        settings=settings(
            max_examples=8, stateful_step_count=12, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
