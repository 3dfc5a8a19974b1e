"""What a sweep survives: PostgreSQL restarted in its middle, two of them, clocks that disagree."""

import shutil
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from backend import embedded
from backend.cases.due_times import load_clock_events
from backend.cases.step import StepContext
from backend.cases.stepping import act
from backend.database import Database
from backend.deadlines.city import calendar
from backend.deadlines.clocks import read_clocks
from backend.demo import seed_city
from backend.jobs.scheduler import sweep
from backend.migrations import run
from backend.models.cases import Case, CaseEvent
from backend.models.conversations import Conversation
from backend.models.messages import OutboxMessage
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.step_details import WithReason
from tests.e2e.whole import start_postgres, wait_for
from tests.support.builders import (
    HANDLER,
    NOON,
    a_conversation,
    a_dispatched_case,
    an_accepted_case,
    somebody_waits,
    take,
)

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LATE = NOON + 60 * DAY


@pytest.fixture
def server() -> Iterator[tuple[Database, Path]]:
    """A PostgreSQL of this test alone, because it is stopped."""
    parent = Path(tempfile.mkdtemp(prefix="minhu-test-"))
    database = Database(embedded.start(parent / "data"))
    run.upgrade(database.engine)
    with database.begin() as session:
        seed_city(session)
    yield database, parent / "data"
    database.engine.dispose()
    embedded.stop(parent / "data")
    shutil.rmtree(parent)


def marks(database: Database) -> Counter[tuple[object, ...]]:
    """How often each rung was taken."""
    with database.begin() as session:
        events = session.scalars(select(CaseEvent).where(CaseEvent.actor == "system")).all()
        return Counter(
            (e.case_id, e.action, e.details["clock"], e.details["due"], e.details["level"])
            for e in events
        )


def notice_counts(database: Database) -> Counter[str | None]:
    with database.begin() as session:
        return Counter(session.scalars(select(OutboxMessage.dedupe_key)))


def test_postgresql_is_restarted_in_mid_sweep(server: tuple[Database, Path]) -> None:
    database, folder = server
    with database.begin() as session:
        due = [
            an_accepted_case(session, a_conversation(session, of=f"resident-{number}"))
            for number in range(12)
        ]
    before = notice_counts(database)
    with ThreadPoolExecutor(1) as thread:
        with database.engine.connect() as busy:
            # Somebody is writing to one of the residents: the sweep has to wait half-way.
            last = select(Conversation.id).where(Conversation.id == due[-1].conversation_id)
            busy.execute(last.with_for_update())
            swept = thread.submit(sweep, database, LATE)
            wait_for(
                "the sweep to come to who is being written to", lambda: somebody_waits(database)
            )
            embedded.stop(folder)
            with pytest.raises(OperationalError):
                swept.result()
            busy.invalidate()
        start_postgres(folder)
    database.engine.dispose()
    assert marks(database) == Counter()  # what it had begun is undone as a whole
    for _ in range(2):
        sweep(database, LATE)
    marks_set = marks(database)
    assert set(marks_set.values()) == {1}
    assert Counter(action for _, action, clock, *_ in marks_set if clock == "resolve") == Counter(
        {"remind": 12, "overdue": 12, "supervise": 12, "escalate": 24}
    )
    assert set(notice_counts(database).values()) == {1}
    assert len(notice_counts(database)) == len(before) + 12  # that it is supervised


def test_two_sweeps_do_not_block_on_residents(database: Database) -> None:
    """Each resident has a case that is due early and one that is due late."""
    with database.begin() as session:
        chats = [a_conversation(session, of=f"resident-{n}") for n in range(6)]
        for chat in (*chats, *reversed(chats)):
            a_dispatched_case(session, chat)
    ready = threading.Barrier(3)

    def run_one(_: int) -> None:
        ready.wait()
        sweep(database, LATE)

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(run_one, range(3)))
    assert set(marks(database).values()) == {1}
    assert set(notice_counts(database).values()) == {1}


def test_a_clock_that_is_behind_costs_nobody_time(database: Database) -> None:
    with database.begin() as session:
        case = an_accepted_case(session, now=NOON)
        due = case.resolve_by
        take(session, case, Action.HOLD, now=NOON + 5 * HOUR)
        take(session, case, Action.RESUME, now=NOON + 2 * HOUR)  # on another machine
        assert case.resolve_by == due
        take(session, case, Action.RESOLVE, now=NOON + HOUR)
        assert case.status == "resolved"
        assert case.first_resolved_at == NOON + 5 * HOUR
    sweep(database, NOON - DAY)
    with database.begin() as session:
        again = session.get_one(Case, case.id)
        assert again.status == "resolved"
        clocks = read_clocks(load_clock_events(session, [again])[again.id], calendar())
        assert (clocks.resolve_by, clocks.settled_at) == (due, NOON + 5 * HOUR)
        reopen = WithReason(Action.REOPEN, "又吵了")
        act(StepContext(session, again, HANDLER, NOON, reopen))
        assert again.resolve_by > NOON + 5 * HOUR
