"""The back test finds planted bursts in a small simulated year, and the same ones each time."""

from datetime import date, timedelta

from backend.alerts.versions import alert_thresholds
from backend.deadlines.rules import Calendar
from backend.simulation.alert_back_test import AlertBackTest, back_test_alerts
from backend.simulation.year import simulated_year

FIRST = date(2025, 10, 1)


def result(seed: int) -> AlertBackTest:
    year = simulated_year(seed, Calendar(), first=FIRST, cases_a_day=30, bursts=30)
    rules = alert_thresholds().of(date(2026, 11, 30))
    return back_test_alerts(year, rules, Calendar())


def test_planted_bursts_are_found_soon() -> None:
    test = result(1)
    assert test.recall >= 0.9
    assert test.precision >= 0.8
    assert test.median_delay <= timedelta(hours=2)
    assert "recall" in "\n".join(test.lines())


def test_same_seed_gives_same_year() -> None:
    one, other = (
        simulated_year(3, Calendar(), first=FIRST, cases_a_day=10, bursts=5) for _ in range(2)
    )
    assert one == other
    assert all(burst.people >= 5 for burst in one.bursts)
