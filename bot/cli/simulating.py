"""What `minhu simulate-city` does: a busy city in an empty database, and what the index finds."""

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
class Simulated:
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
) -> Simulated:
    """Raises BadInput where there are cases already, or real ones may come; then all stays."""
    if settings.mode is Mode.PRODUCTION:
        raise BadInput("MINHU_MODE is production: made-up cases have no place there")
    script = Script.load(city.SCRIPT)
    with city_database(settings) as database:
        town = _prepared(database, script, seed)
        lodged = city.simulated_appeals(script, town, cases=cases, until=until, days=days)
        begun = time.monotonic()
        for progress in simulate(database, town, lodged, until=until, workers=workers):
            say(line(progress, time.monotonic() - begun))
        with database.begin() as session:
            period = Period(
                until.date() - timedelta(days=days + 1), until.date() + timedelta(days=1)
            )
            formula = formulas().of(until.date())
            result = back_test(session, town, period, formula, now=until)
    return Simulated(progress, time.monotonic() - begun, result)


def _prepared(database: Database, script: Script, seed: int) -> Town:
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
