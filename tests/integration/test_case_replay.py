"""Any sequence of steps over the real service: the log alone tells what state a case is in."""

from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from backend.cases.lifecycle import OPEN, TRANSITIONS, Action, Status
from backend.cases.models import Case
from backend.cases.steps import EFFECTS
from backend.database import Database
from backend.errors import Conflict
from backend.messaging.models import OutboxMessage
from tests.builders import NOON, a_conversation, a_registered_case, take

HOUR = timedelta(hours=1)
# One extension, in time; a dispute is arbitrated and nothing else; a decision binds.
HAS_CONDITIONS = {
    Action.EXTEND, Action.ARBITRATE, Action.DISPATCH, Action.REFUSE_RETURN, Action.RETURN,
}  # fmt: skip


def machine_over(database: Database) -> type[RuleBasedStateMachine]:
    class LifeOfACase(RuleBasedStateMachine):
        @initialize(text=st.sampled_from(["有件事想说说", "西湖区文三路楼下夜里施工太吵"]))
        def register(self, text: str) -> None:
            self.now = NOON
            with database.begin() as session:
                case = a_registered_case(session, a_conversation(session), text=text)
                self.case_id, self.status, self.rounds = case.id, Status(case.status), 1

        @rule(action=st.sampled_from(sorted(EFFECTS)), hours=st.integers(0, 100))
        def step(self, action: Action, hours: int) -> None:
            self.now += hours * HOUR
            allowed = TRANSITIONS.get((self.status, action))
            try:
                with database.begin() as session:
                    take(session, session.get_one(Case, self.case_id), action, now=self.now)
            except Conflict:
                assert allowed is None or action in HAS_CONDITIONS
            else:
                assert allowed is not None
                self.status = allowed
                self.rounds += action is Action.REOPEN

        @invariant()
        def the_log_gives_the_status(self) -> None:
            with database.begin() as session:
                case = session.get_one(Case, self.case_id)
                status: str | None = None
                for event in case.events:
                    assert event.from_status == status
                    status = event.to_status
                assert case.status == status == self.status
                assert case.round == self.rounds

        @invariant()
        def times_and_status_agree(self) -> None:
            with database.begin() as session:
                case = session.get_one(Case, self.case_id)
                status = Status(case.status)
                assert (case.held_at is not None) <= (status in {Status.ON_HOLD, Status.CLOSED})
                assert (case.closed_at is not None) == (status is Status.CLOSED)
                assert (case.outcome is not None) == (status not in OPEN)
                assert (case.unit_code is not None) >= (
                    status not in {Status.REGISTERED, Status.CLOSED}
                )

        @invariant()
        def the_resident_was_told_of_each_event_once(self) -> None:
            with database.begin() as session:
                keys = session.scalars(
                    select(OutboxMessage.dedupe_key).where(OutboxMessage.case_id == self.case_id)
                ).all()
                assert len(keys) == len(set(keys))

    return LifeOfACase


def test_the_log_alone_gives_the_state(database: Database) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine_over(database),
        settings=settings(
            max_examples=25, stateful_step_count=15, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
