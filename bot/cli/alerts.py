"""`minhu alerts backtest`: how well the thresholds find planted bursts."""

from typing import Annotated

import typer

alerts = typer.Typer(no_args_is_help=True, help="Alerts of bursts of appeals.")


@alerts.callback()
def _alerts() -> None:
    """Keeps `backtest` a command of its own."""


@alerts.command()
def backtest(
    seed: Annotated[int, typer.Option(help="the same seed gives the same year")] = 1,
    cases_a_day: Annotated[int, typer.Option("--cases", min=10, help="appeals a day")] = 300,
    bursts: Annotated[int, typer.Option(min=1, help="planted bursts")] = 80,
    version: Annotated[str | None, typer.Option(help="of the thresholds")] = None,
) -> None:
    """Precision, recall and delay over a simulated year; fails below the figures aimed at."""
    from backend.alerts.versions import alert_thresholds
    from backend.clock import SHANGHAI, now
    from backend.deadlines.city import calendar
    from backend.simulation.alert_back_test import HOUR, back_test_alerts
    from backend.simulation.year import DAY, WARM_UP, simulated_year

    today = now().astimezone(SHANGHAI).date()
    first = today - (365 + WARM_UP) * DAY
    year = simulated_year(seed, calendar(), first=first, cases_a_day=cases_a_day, bursts=bursts)
    rules = alert_thresholds().of(today, version)
    result = back_test_alerts(year, rules, calendar())
    print(f"thresholds       {rules.version}, seed {seed}, {len(year.arrivals)} appeals")
    print("\n".join(result.lines()))
    good = result.recall >= 0.9 and result.precision >= 0.8 and result.median_delay <= 2 * HOUR
    raise typer.Exit(0 if good else 1)
