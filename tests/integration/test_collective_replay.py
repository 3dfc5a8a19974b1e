"""Any sequence of steps, merges and splits: members stay with their lead, and each log is whole."""

from datetime import datetime, timedelta
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

from backend.cases.due_times import load_clock_events
from backend.cases.effects import EFFECTS
from backend.cases.members import must_not_be_member
from backend.cases.step import StepContext
from backend.database import Database
from backend.deadlines.city import calendar
from backend.deadlines.clocks import read_clocks
from backend.desk import merging
from backend.errors import BadInput, Conflict
from backend.jobs.scheduler import sweep
from backend.models.cases import Case
from backend.vocabulary.case_lifecycle import Action, Status
from backend.vocabulary.step_details import Merge, WithReason
from tests.support.builders import HANDLER, NOON, a_conversation, a_registered_case, take

WHICH = st.integers(0, 2)
# What a city does most, and what parts a member from its lead.
ACTIONS = st.sampled_from(
    [Action.DISPATCH, Action.ACCEPT, Action.HOLD, Action.RESUME, Action.RESOLVE, Action.REOPEN,
     Action.WITHDRAW, Action.RETURN, Action.RECALL, Action.TAKE_OVER, *sorted(EFFECTS)]
)  # fmt: skip


class LifeOfAGroup(RuleBasedStateMachine):
    database: ClassVar[Database]

    @initialize(text=st.sampled_from(["有件事想说说", "西湖区文三路楼下夜里施工太吵"]))
    def register(self, text: str) -> None:
        self.now: datetime = NOON
        with self.database.begin() as session:
            chats = [a_conversation(session, of=name) for name in ("ann", "bo", "cai")]
            self.ids = [a_registered_case(session, chat, text=text).id for chat in chats]

    @rule(which=WHICH, action=ACTIONS, hours=st.integers(0, 60))
    def step(self, which: int, action: Action, hours: int) -> None:
        self.now += timedelta(hours=hours)
        try:
            with self.database.begin() as session:
                case = session.get_one(Case, self.ids[which])
                if action is not Action.WITHDRAW:  # the resident's own
                    must_not_be_member(case, action)
                take(session, case, action, now=self.now)
        except (Conflict, BadInput):
            pass

    @rule(member=WHICH, lead=WHICH)
    def merge(self, member: int, lead: int) -> None:
        try:
            with self.database.begin() as session:
                cases = [session.get_one(Case, self.ids[n]) for n in (member, lead)]
                details = Merge(lead=cases[1].case_no)
                merging.merge(StepContext(session, cases[0], HANDLER, self.now, details), cases[1])
        except (Conflict, BadInput):
            pass

    @rule(member=WHICH)
    def split(self, member: int) -> None:
        try:
            with self.database.begin() as session:
                case = session.get_one(Case, self.ids[member])
                split = WithReason(Action.SPLIT, "不是一件事")
                step = StepContext(session, case, HANDLER, self.now, split)
                merging.split(step)
        except Conflict:
            pass

    @rule(hours=st.integers(0, 200))
    def sweep(self, hours: int) -> None:
        sweep(self.database, self.now + timedelta(hours=hours))

    @invariant()
    def an_open_member_is_where_its_lead_is(self) -> None:
        with self.database.begin() as session:
            for case in (session.get_one(Case, one) for one in self.ids):
                if case.lead is None:
                    continue
                assert case.lead.lead_id is None or not Status(case.status).is_open
                assert case.next_due_at is None
                if Status(case.status).is_open:
                    assert (case.status, case.unit_code) == (case.lead.status, case.lead.unit_code)

    @invariant()
    def each_log_gives_its_own_status_and_clocks(self) -> None:
        with self.database.begin() as session:
            for case in (session.get_one(Case, one) for one in self.ids):
                status: str | None = None
                for event in case.events:
                    if event.to_status is not None:
                        assert event.from_status == status, event.action
                        status = event.to_status
                assert case.status == status
                clocks = read_clocks(load_clock_events(session, [case])[case.id], calendar())
                for name in ("respond_by", "responded_at", "sign_by", "resolve_by"):
                    assert getattr(case, name) == getattr(clocks, name), name


def test_a_group_and_its_logs_agree(database: Database) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        type("GroupInADatabase", (LifeOfAGroup,), {"database": database}),
        settings=settings(
            max_examples=8, stateful_step_count=14, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
