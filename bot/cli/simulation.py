"""`minhu simulate-city`: its arguments."""

import os
import sys
from typing import Annotated

import typer


def simulate_city(
    cases: Annotated[int, typer.Option(min=1, help="how many appeals")] = 10_000,
    days: Annotated[int, typer.Option(min=1, help="how many days, up to now")] = 90,
    seed: Annotated[int, typer.Option(help="the same seed gives the same city")] = 1,
    workers: Annotated[int, typer.Option(min=1, help="processes")] = os.cpu_count() or 1,
) -> None:
    """Fill an empty database with made-up cases: sixty units with different habits, by day.

    They go through the same services as real ones. At the end it is printed whether the
    buck-passing index finds the units that pass on their own work. Never beside real cases.
    """
    from backend.clock import now
    from backend.settings import Settings
    from bot.cli.simulating import simulate_city as run

    result = run(
        Settings(), cases=cases, days=days, seed=seed, workers=workers, until=now(), say=_say
    )
    print("\n".join([*result.back_test.table(), "", *result.back_test.verdict()]))
    progress = result.progress
    print(f"{progress.cases} cases, {progress.steps} steps in {result.seconds:.0f} s")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
