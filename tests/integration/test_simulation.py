"""A small simulated city through the real services, and where none may be made."""

from collections import Counter
from datetime import UTC, datetime
from statistics import mean
from typing import Any

import pytest
from sqlalchemy import func, select, text

from backend.database import Database
from backend.errors import BadInput
from backend.models.cases import Case, CaseEvent
from backend.models.ratings import Rating
from backend.models.units import Unit
from backend.settings import Mode, Settings
from backend.simulation.habits import HabitName
from backend.vocabulary.case_lifecycle import FACTS, Action, Status
from bot.cli.simulating import SimulationResult, simulate_city
from tests.support.builders import a_registered_case

UNTIL = datetime(2026, 11, 23, 4, tzinfo=UTC)


def simulated(database: Database, *, cases: int, days: int, seed: int = 1) -> SimulationResult:
    return simulate_city(
        Settings(database_url=database.url),
        cases=cases, days=days, seed=seed, workers=1, until=UNTIL, say=lambda _: None,
    )  # fmt: skip


def logs(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Of each case what happened, whatever numbers the rows have."""
    with database.begin() as session:
        rows = session.execute(
            select(
                Case.idempotency_key, Case.case_no, CaseEvent.action, CaseEvent.at,
                CaseEvent.unit_code, CaseEvent.actor,
            )
            .join(Case, Case.id == CaseEvent.case_id)
            .order_by(CaseEvent.id)
        ).all()  # fmt: skip
    events_by_case: dict[str, list[tuple[Any, ...]]] = {}
    for key, *rest in rows:
        events_by_case.setdefault(key, []).append(tuple(rest))
    return events_by_case


def empty(database: Database) -> None:
    with database.begin() as session:
        session.execute(text("UPDATE units SET population = NULL"))
        session.execute(text("TRUNCATE residents, cases, case_numbers CASCADE"))


def test_small_city_covers_every_kind_of_step(own_database: Database) -> None:
    done = simulated(own_database, cases=120, days=24)
    assert done.progress.cases == 120
    with own_database.begin() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 120
        actions = Counter(session.scalars(select(CaseEvent.action)))
        for action in (
            Action.DISPATCH, Action.ACCEPT, Action.RETURN, Action.REFUSE_RETURN, Action.CONTACT,
            Action.ASK_EXTENSION, Action.EXTEND, Action.RESOLVE, Action.RATE, Action.CLOSE,
            Action.REOPEN, Action.REMIND, Action.OVERDUE,
        ):  # fmt: skip
            assert actions[action] > 0, action
        ratings = session.scalar(select(func.count()).select_from(Rating)) or 0
        assert 0 < ratings == actions[Action.RATE] < actions[Action.RESOLVE]
        assert session.scalars(select(Case.status).distinct()).all() != [Status.CLOSED]
        late = session.scalar(select(func.max(CaseEvent.at)))
        assert late is not None
        assert late <= UNTIL
        assert _statuses_by_replay(own_database) == dict(
            session.execute(select(Case.id, Case.status)).all()  # type: ignore[arg-type]
        )
        people = select(Unit.population).where(Unit.code == "330109-housing")
        assert session.scalars(people).one() > 1_000_000
    by_habit = {
        habit: mean(line.index for line in done.back_test.lines if line.unit.habit is habit)
        for habit in HabitName
    }
    assert max(by_habit, key=by_habit.__getitem__) is HabitName.RETURNING


def _statuses_by_replay(database: Database) -> dict[int, str]:
    with database.begin() as session:
        rows = session.execute(
            select(CaseEvent.case_id, CaseEvent.to_status)
            .where(CaseEvent.action.not_in(FACTS))
            .order_by(CaseEvent.id)
        )
        return {case_id: status for case_id, status in rows}  # noqa: C416  (the last one counts)


def test_the_same_seed_gives_the_same_city(own_database: Database) -> None:
    simulated(own_database, cases=12, days=3, seed=7)
    first = logs(own_database)
    empty(own_database)
    simulated(own_database, cases=12, days=3, seed=7)
    assert logs(own_database) == first


def test_no_city_is_simulated_beside_real_cases(own_database: Database) -> None:
    with own_database.begin() as session:
        a_registered_case(session)
    with pytest.raises(BadInput, match="holds 1 cases"):
        simulated(own_database, cases=5, days=2)
    with own_database.begin() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 1


def test_no_city_is_simulated_where_residents_are_served(own_database: Database) -> None:
    settings = Settings(database_url=own_database.url, mode=Mode.PRODUCTION)
    with pytest.raises(BadInput, match="production"):
        simulate_city(settings, cases=5, days=2, seed=1, workers=1, until=UNTIL, say=lambda _: None)


def test_a_city_without_its_units_is_not_simulated(own_database: Database) -> None:
    with own_database.begin() as session:
        session.get_one(Unit, "330109-housing").active = False
    with pytest.raises(BadInput, match="330109-housing"):
        simulated(own_database, cases=5, days=2)
