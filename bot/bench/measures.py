"""Time to compute all measures of a month over a given number of cases, in a new database."""

import time
from datetime import UTC, datetime

from backend.database import Database
from backend.measures.query import MeasureQuery
from backend.measures.report import measure
from backend.measures.versions import formulas
from backend.simulation.filled_month import MONTH, fill
from bot.bench.database import new_database, settle

NOW = datetime(2026, 10, 15, 4, tzinfo=UTC)
RUNS = 3
GROUPS: tuple[tuple[str, ...], ...] = ((), ("unit",), ("district",), ("kind", "channel"))


def month_seconds(cases: int) -> float:
    """Seconds for the slowest grouping of a month's measures, each the best of RUNS."""
    with new_database() as database:
        with database.begin() as session:
            fill(session, cases)
        settle(database)
        return max(_best(database, group) for group in GROUPS)


def _best(database: Database, group: tuple[str, ...]) -> float:
    return min(_seconds(database, MeasureQuery(MONTH, group)) for _ in range(RUNS))


def _seconds(database: Database, question: MeasureQuery) -> float:
    started = time.perf_counter()
    with database.begin() as session:
        measure(session, question, formulas().of(question.period.first), NOW)
    return time.perf_counter() - started
