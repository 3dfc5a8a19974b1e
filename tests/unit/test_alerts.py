"""Bursts: the usual number, the chance, the thresholds, and their files."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from backend.alerts.baseline import Shape, chance_of, kind_of_day, level_of
from backend.alerts.detection import Series, excess_of, is_calm
from backend.alerts.thresholds import AlertThresholds, Thresholds
from backend.alerts.versions import alert_thresholds
from backend.clock import SHANGHAI
from backend.deadlines.rules import Calendar

CALENDAR = Calendar()
RULES = alert_thresholds().of(date(2026, 11, 30))
FILE = Path("data/alerts/2026-11.yml")


def test_kinds_of_day_know_holidays_and_moved_days() -> None:
    assert kind_of_day(date(2026, 11, 30), CALENDAR) == 0
    assert kind_of_day(date(2026, 11, 28), CALENDAR) == 5
    assert kind_of_day(date(2026, 10, 1), CALENDAR) == 8
    worked = Calendar({date(2026, 11, 28): True})
    assert kind_of_day(date(2026, 11, 28), worked) == 7


@given(st.integers(1, 60), st.floats(0.01, 50))
def test_chance_falls_with_the_number(number: int, usual: float) -> None:
    assert 0 <= chance_of(number + 1, usual) <= chance_of(number, usual) <= 1 + 1e-9


@pytest.mark.parametrize(
    ("number", "usual", "chance"), [(5, 0.5, 1.72e-4), (1, 1.0, 0.6321), (20, 10.0, 0.00345)]
)
def test_chance_is_that_of_poisson(number: int, usual: float, chance: float) -> None:
    assert chance_of(number, usual) == pytest.approx(chance, rel=0.01)


def shape(cases_an_hour: int = 2, off: int = 1) -> Shape:
    days = [date(2026, 9, 1) + timedelta(days=n) for n in range(56)]
    counts = {
        (day, hour): cases_an_hour if CALENDAR.is_working_day(day) else off
        for day in days
        for hour in range(24)
    }
    return Shape.of(counts, days, CALENDAR)


def test_usual_is_less_on_weekends_and_holidays() -> None:
    course = shape()
    assert course.day_share(date(2026, 11, 25)) == pytest.approx(1, abs=0.05)
    assert course.day_share(date(2026, 11, 28)) == pytest.approx(0.5, abs=0.1)
    assert course.day_share(date(2026, 10, 1)) < 0.75
    noon = datetime(2026, 11, 25, 12, tzinfo=SHANGHAI)
    assert course.share(noon, noon + timedelta(hours=6)) == pytest.approx(0.25, abs=0.02)


def test_empty_city_has_a_usual_course() -> None:
    empty = Shape.of({}, [], CALENDAR)
    noon = datetime(2026, 11, 25, 12, tzinfo=SHANGHAI)
    assert empty.share(noon, noon + timedelta(hours=6)) >= 0


def test_earlier_burst_hardly_moves_the_level() -> None:
    usual = [1, 2, 1, 0, 1, 2, 1] * 8
    burst = [*usual[:-1], 80]
    plain = level_of(usual, [1.0] * 56, capped_at=3, capped_from=2)
    after = level_of(burst, [1.0] * 56, capped_at=3, capped_from=2)
    assert after < 1.1 * plain


def people(number: int) -> Mapping[int, int]:
    return {1: number, 4: number, 24: number}


def test_burst_needs_people_ratio_and_chance() -> None:
    rare, often = {1: 0.01, 4: 0.05, 24: 0.3}, {1: 2.0, 4: 8.0, 24: 48.0}
    assert excess_of(people(4), rare, RULES) is None
    excess = excess_of(people(6), rare, RULES)
    assert excess is not None
    assert (excess.hours, excess.people) == (1, 6)
    assert excess_of(people(7), often, RULES) is None
    assert excess_of(people(20), often, RULES) is not None


def test_burst_ends_lower_than_it_begins() -> None:
    assert is_calm(14, 10.0, RULES)
    assert not is_calm(16, 10.0, RULES)
    assert excess_of({24: 16}, {24: 10.0}, RULES) is None


def test_series_contain_each_other() -> None:
    street, district, city = Series("330106002", "水"), Series("330106", "水"), Series(None, "水")
    assert street.is_related(district)
    assert city.is_related(street)
    assert not street.is_related(Series("330105", "水"))
    assert not street.is_related(Series("330106", "电"))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"ration": 3}, "ration"),
        ({"ratio": "3"}, "ratio"),
        ({"chance": 0}, "chance"),
        ({"calm_ratio": 9}, "calm_ratio"),
        ({"checklists": {"burst": ["核实"]}}, "checklists"),
        ({"windows": []}, "windows"),
    ],
)
def test_bad_threshold_files_are_refused(
    change: dict[str, object], problem: str, tmp_path: Path
) -> None:
    content = yaml.safe_load(FILE.read_text(encoding="utf-8")) | change
    path = tmp_path / FILE.name
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ValueError, match=problem):
        Thresholds.load(path)
    with pytest.raises(ValueError, match="no version"):
        AlertThresholds([])


def test_wider_series_has_the_same_matter() -> None:
    street, district = Series("330106002", "水", "爆管"), Series("330106", "水", "爆管")
    assert district.is_wider(street)
    assert not street.is_wider(street)
    assert not Series("330106", "水").is_wider(street)
