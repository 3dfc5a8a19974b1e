"""The counted days equal a full count, after any steps, a crash and a late import."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import func, select, update

from backend.clock import SHANGHAI
from backend.database import Database
from backend.jobs import rollups
from backend.models.cases import Case
from backend.models.rollups import CaseDay
from backend.rollups import counting
from backend.vocabulary.case_lifecycle import Action
from tests.support.builders import (
    NOISE,
    NOON,
    PLACE,
    a_conversation,
    a_registered_case,
    take,
)  # fmt: skip

DAY = timedelta(days=1)


def counted(database: Database) -> Counter[tuple[object, ...]]:
    with database.begin() as session:
        rows = session.scalars(select(CaseDay)).all()
        numbers: Counter[tuple[object, ...]] = Counter()
        for row in rows:
            key = (row.day, row.unit_code, row.district_code, row.domain, row.kind, row.channel)
            numbers[("registered", *key)] += row.registered
            numbers[("settled", *key)] += row.settled
        return +numbers


def full_count(database: Database) -> Counter[tuple[object, ...]]:
    with database.begin() as session:
        numbers: Counter[tuple[object, ...]] = Counter()
        for case in session.scalars(select(Case)):
            of = (case.unit_code, case.district_code, case.domain, case.kind, case.source_channel)
            key = tuple(value or "" for value in of)
            moments = {"registered": case.registered_at, "settled": case.first_resolved_at}
            for name, moment in moments.items():
                if moment is not None:
                    numbers[(name, moment.astimezone(SHANGHAI).date(), *key)] += 1
        return numbers


@pytest.mark.parametrize("seed", range(3))
def test_counted_days_equal_full_count(database: Database, seed: int) -> None:
    chance = Random(seed)
    cases: list[int] = []
    for n in range(25):
        at = NOON + n * DAY / 5
        with database.begin() as session:
            if chance.random() < 0.5 or not cases:
                chat = a_conversation(session, of=f"p{n}")
                place = PLACE if chance.random() < 0.7 else None
                case = a_registered_case(session, chat, text=NOISE, location=place, now=at)
                cases.append(case.id)
            else:
                case = session.get_one(Case, chance.choice(cases))
                steps = {"dispatched": Action.ACCEPT, "accepted": Action.RESOLVE}
                if case.status in steps:
                    take(session, case, steps[case.status], now=at)
        if chance.random() < 0.4:
            rollups.run(database, at)
    rollups.run(database, NOON + 6 * DAY)
    assert counted(database) == full_count(database)
    rollups.run(database, NOON + 6 * DAY, fully=True)
    assert counted(database) == full_count(database)


def test_crash_in_mid_update_changes_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.begin() as session:
        a_registered_case(session, text=NOISE, location=PLACE)
    rollups.run(database, NOON)
    with database.begin() as session:
        chat = a_conversation(session, of="second")
        a_registered_case(session, chat, text=NOISE, location=PLACE)

    def crash(*_: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as broken:
        broken.setattr(counting, "_days_of", crash)
        with pytest.raises(RuntimeError):
            rollups.run(database, NOON)
    rollups.run(database, NOON)
    assert counted(database) == full_count(database)


def test_late_import_counts_for_its_month(database: Database) -> None:
    with database.begin() as session:
        a_registered_case(session, text=NOISE, location=PLACE)
    rollups.run(database, NOON)
    with database.begin() as session:
        chat = a_conversation(session, of="old")
        case = a_registered_case(session, chat, text=NOISE, location=PLACE)
        old = NOON - 35 * DAY
        session.execute(update(Case).where(Case.id == case.id).values(registered_at=old))
    rollups.run(database, NOON)
    assert counted(database) == full_count(database)
    with database.begin() as session:
        first = session.scalar(select(func.min(CaseDay.day)))
        assert first == old.astimezone(SHANGHAI).date()


def test_event_committed_late_is_counted(database: Database) -> None:
    slow = database.begin()
    session = slow.__enter__()
    chat = a_conversation(session, of="slow")
    a_registered_case(session, chat, text=NOISE, location=PLACE)
    with database.begin() as other:
        chat = a_conversation(other, of="quick")
        other_case = a_registered_case(other, chat, text="路灯坏了", now=NOON + DAY)
        assert other_case.id
    rollups.run(database, NOON)
    slow.__exit__(None, None, None)
    rollups.run(database, NOON)
    assert counted(database) == full_count(database)
