"""`minhu simulate-city`: made-up cases in an empty database, and a test of the index on them."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.database import Database
from backend.demo import seed_city
from backend.errors import BadInput
from backend.measures.periods import Period
from backend.measures.versions import formulas
from backend.settings import Mode, Settings
from backend.simulation import city
from backend.simulation.back_test import BackTest, back_test
from backend.simulation.runner import Progress, simulate
from backend.simulation.town import Script, Town
from backend.units.search import has_units
from bot.cli.setup import city_database

Say = Callable[[str], None]


@dataclass(frozen=True)
class SimulationResult:
    progress: Progress
    seconds: float
    back_test: BackTest


def simulate_city(
    settings: Settings,
    *,
    cases: int,
    days: int,
    seed: int,
    workers: int,
    until: datetime,
    say: Say,
) -> SimulationResult:
    """Fill the database. Raises BadInput in production mode or when the database has cases."""
    if settings.mode is Mode.PRODUCTION:
        raise BadInput("MINHU_MODE is production: made-up cases have no place there")
    script = Script.load(city.SCRIPT)
    with city_database(settings) as database:
        town = _prepare(database, script, seed)
        appeals = city.simulated_appeals(script, town, cases=cases, until=until, days=days)
        started = time.monotonic()
        for progress in simulate(database, town, appeals, until=until, workers=workers):
            say(line(progress, time.monotonic() - started))
        with database.begin() as session:
            day = until.date()
            period = Period(day - timedelta(days=days + 1), day + timedelta(days=1))
            test = back_test(session, town, period, formulas().of(day), now=until)
    return SimulationResult(progress, time.monotonic() - started, test)


def _prepare(database: Database, script: Script, seed: int) -> Town:
    with database.begin() as session:
        city.refuse_unless_empty(session)
        if not has_units(session):
            seed_city(session)
        return city.create_town(session, script, seed)


def line(progress: Progress, seconds: float) -> str:
    return (
        f"{progress.day:%Y-%m-%d}: {progress.cases} cases, {progress.steps} steps, "
        f"{progress.cases / max(seconds, 0.001):.0f} cases/s"
    )
