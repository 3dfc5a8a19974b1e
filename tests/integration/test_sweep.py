import logging
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from backend.database import Database
from backend.deadlines.city import calendar
from backend.deadlines.rules import remind_from
from backend.jobs import scheduler
from backend.jobs.scheduler import (
    CLOSES_UNRATED_AFTER,
    OTHER_CLOCKS_BEGIN_WITHIN,
    STUCK_AFTER,
    run_sweep,
    sweep,
)
from backend.messaging import inbox
from backend.models.cases import Case, CaseEvent
from backend.models.messages import OutboxMessage
from backend.vocabulary.case_lifecycle import Action
from tests.support.builders import (
    NOON,
    a_conversation,
    a_dispatched_case,
    a_message,
    a_registered_case,
    a_resolved_case,
    an_accepted_case,
    take,
)  # fmt: skip
from tests.support.wechat_desk import eventually

SECOND = timedelta(seconds=1)


def events(database: Database, action: Action, clock: str = "resolve") -> list[CaseEvent]:
    with database.begin() as session:
        rows = session.scalars(select(CaseEvent).where(CaseEvent.action == action))
        return [row for row in rows if row.details.get("clock", clock) == clock]


def fresh(database: Database, case: Case) -> Case:
    with database.begin() as session:
        return session.get_one(Case, case.id)


def reminder_of(case: Case) -> datetime:
    return remind_from(case.resolve_by, calendar())


def test_unit_is_reminded_once_one_workday_before(database: Database) -> None:
    with database.begin() as session:
        case = a_dispatched_case(session)
    sweep(database, reminder_of(case) - SECOND)
    assert events(database, Action.REMIND) == []
    for _ in range(2):
        sweep(database, reminder_of(case))
    (event,) = events(database, Action.REMIND)
    assert (event.actor, event.to_status) == ("system", None)
    assert event.at == reminder_of(case)


def test_extended_case_is_reminded_of_new_deadline(database: Database) -> None:
    with database.begin() as session:
        case = an_accepted_case(session)
    sweep(database, reminder_of(case))
    with database.begin() as session:
        extended = session.get_one(Case, case.id)
        take(session, extended, Action.EXTEND, now=reminder_of(case))
    sweep(database, reminder_of(extended))
    assert len(events(database, Action.REMIND)) == 2


def test_a_late_case_is_marked_once(database: Database) -> None:
    with database.begin() as session:
        case = a_dispatched_case(session)
    sweep(database, case.resolve_by)
    assert events(database, Action.OVERDUE) == []
    late = case.resolve_by + SECOND
    for hours in range(3):
        sweep(database, late + timedelta(hours=hours))
    assert len(events(database, Action.OVERDUE)) == 1
    assert (fresh(database, case).overdue_at, fresh(database, case).status) == (late, "dispatched")


def test_a_case_that_nobody_dispatched_is_late_too(database: Database) -> None:
    with database.begin() as session:
        case = a_registered_case(session)
    sweep(database, case.resolve_by + SECOND)
    assert len(events(database, Action.OVERDUE)) == 1


def test_held_case_is_neither_reminded_nor_late(database: Database) -> None:
    with database.begin() as session:
        case = an_accepted_case(session)
        take(session, case, Action.HOLD)
    sweep(database, reminder_of(case))
    sweep(database, case.resolve_by + timedelta(days=30))
    assert events(database, Action.REMIND) + events(database, Action.OVERDUE) == []


def test_settled_cases_are_left_alone(database: Database) -> None:
    with database.begin() as session:
        case = a_resolved_case(session)
    sweep(database, case.resolve_by + SECOND)
    assert events(database, Action.OVERDUE) == []


def test_unrated_case_closes_silently_after_a_week(database: Database) -> None:
    with database.begin() as session:
        case = a_resolved_case(session)
        rows = session.scalars(select(OutboxMessage.id)).all()
    sweep(database, NOON + CLOSES_UNRATED_AFTER)
    assert fresh(database, case).status == "resolved"
    sweep(database, NOON + CLOSES_UNRATED_AFTER + SECOND)
    assert fresh(database, case).status == "closed"
    with database.begin() as session:
        assert session.scalars(select(OutboxMessage.id)).all() == rows


def test_two_sweeps_at_once_do_everything_once(database: Database) -> None:
    with database.begin() as session:
        due = [a_dispatched_case(session) for _ in range(20)]
        for _ in range(20):
            a_resolved_case(session)
    start = Barrier(2)

    def run(_: int) -> None:
        start.wait()
        sweep(database, due[0].resolve_by + SECOND)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(run, range(2)))
    assert len(events(database, Action.OVERDUE)) == 20
    assert len(events(database, Action.CLOSE)) == 20


def test_a_missed_sweep_is_caught_up(database: Database) -> None:
    with database.begin() as session:
        case = a_dispatched_case(session)
        resolved = a_resolved_case(session)
    sweep(database, case.resolve_by + timedelta(days=60))
    assert fresh(database, case).overdue_at is not None
    assert fresh(database, resolved).status == "closed"


def test_stuck_messages_are_named_without_their_text(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with database.begin() as session:
        a_conversation(session)
        inbox.receive(session, a_message("我家的秘密"), now=NOON)
    with caplog.at_level(logging.ERROR):
        sweep(database, NOON + STUCK_AFTER)
        assert caplog.records == []
        sweep(database, NOON + STUCK_AFTER + SECOND)
    (record,) = caplog.records
    assert len(record.__dict__["inbox_ids"]) == 1
    assert "秘密" not in str(record.__dict__)


def test_a_sweep_without_a_database_only_warns(caplog: pytest.LogCaptureFixture) -> None:
    away = Database("postgresql://nobody@127.0.0.1:1/nowhere")
    run_sweep(away)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    away.engine.dispose()


def test_later_clock_leaves_the_sweep_to_earlier_one(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    swept: list[datetime] = []
    monkeypatch.setattr(scheduler, "_sweep", lambda _, at: swept.append(at))
    with ThreadPoolExecutor(2) as clocks:
        first = clocks.submit(run_sweep, database)
        eventually(lambda: len(swept) == 1)
        started = time.monotonic()
        clocks.submit(run_sweep, database).result()
        assert time.monotonic() - started < OTHER_CLOCKS_BEGIN_WITHIN  # it waits for nobody
        assert not first.done()
    assert len(swept) == 1
    run_sweep(database)  # a minute later
    assert len(swept) == 2
