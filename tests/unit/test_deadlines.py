from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.clock import SHANGHAI
from backend.deadlines.hours import Hours
from backend.deadlines.rules import Calendar, add_working_days, deadline, remind_from
from backend.quiet_hours import QuietHours, after_quiet_hours  # fmt: skip

CHINA = Calendar()
DAY = timedelta(days=1)
days = st.dates(date(2025, 1, 1), date(2026, 12, 1))
counts = st.integers(0, 30)


def shanghai(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize("day", [date(2026, 2, 15) + n * DAY for n in range(9)])
def test_spring_festival_is_off(day: date) -> None:
    assert not CHINA.is_working_day(day)


@pytest.mark.parametrize("day", [date(2026, 10, n) for n in range(1, 8)])
def test_national_day_is_off(day: date) -> None:
    assert not CHINA.is_working_day(day)


@pytest.mark.parametrize(
    "day",
    [date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20),
     date(2026, 10, 10)],
)  # fmt: skip
def test_make_up_weekends_are_worked(day: date) -> None:
    assert day.weekday() >= 5
    assert CHINA.is_working_day(day)


def test_an_ordinary_week() -> None:
    monday = date(2026, 11, 23)
    worked = [CHINA.is_working_day(monday + n * DAY) for n in range(7)]
    assert worked == [True] * 5 + [False] * 2


def test_the_operators_file_has_the_last_word(tmp_path: Path) -> None:
    file = tmp_path / "calendar.csv"
    file.write_text("date,working,note\n2026-11-24,0,台风\n2026-11-28,1,补班\n", encoding="utf-8")
    calendar = Calendar.load(file)
    assert not calendar.is_working_day(date(2026, 11, 24))
    assert calendar.is_working_day(date(2026, 11, 28))
    assert calendar.add(date(2026, 11, 23), 1) == date(2026, 11, 25)


@pytest.mark.parametrize(
    ("start", "working_days", "end"),
    [
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
        (date(2026, 11, 23), 5, date(2026, 11, 30)),
        (date(2026, 11, 28), 0, date(2026, 11, 30)),  # a Saturday counts as the Monday
        (date(2026, 2, 13), 1, date(2026, 2, 14)),
        (date(2026, 2, 14), 1, date(2026, 2, 24)),
        (date(2026, 2, 24), 4, date(2026, 2, 28)),
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
    ],
)
def test_working_days_are_counted_across_holidays(
    start: date, working_days: int, end: date
) -> None:
    assert CHINA.add(start, working_days) == end


@given(days, counts, counts)
def test_adding_twice_is_adding_once(day: date, first: int, second: int) -> None:
    assert CHINA.add(CHINA.add(day, first), second) == CHINA.add(day, first + second)


@given(days, counts)
def test_between_counts_what_add_added(day: date, count: int) -> None:
    start = CHINA.add(day, 0)
    end = CHINA.add(day, count)
    assert CHINA.is_working_day(end)
    assert CHINA.between(start, end) == count


def test_working_days_are_not_counted_backwards() -> None:
    with pytest.raises(ValueError, match="forwards"):
        CHINA.add(date(2026, 11, 23), -1)


def test_deadline_is_end_of_work_in_shanghai() -> None:
    late_on_monday_in_utc = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # Tuesday 01:00 there
    assert deadline(late_on_monday_in_utc, 1, CHINA) == shanghai(11, 25, 17, 30)


def test_extending_keeps_the_time_of_day() -> None:
    assert add_working_days(shanghai(11, 27, 10, 15), 1, CHINA) == shanghai(11, 30, 10, 15)


@pytest.mark.parametrize(
    "line", ["2026-13-01,1,", "2026-11-24,maybe,", "2026-11-24,,", ",1,", "morgen,0,"]
)
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "calendar.csv"
    file.write_text(f"date,working,note\n2026-11-23,0,\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match="line 3"):
        Calendar.load(file)


def test_the_version_changes_with_whatever_moves_a_deadline() -> None:
    typhoon = Calendar({date(2026, 11, 24): False})
    summer = Calendar(hours=Hours.parse("08:00-12:00 14:30-18:00"))
    versions = {CHINA.version, typhoon.version, summer.version}
    assert len(versions) == 3
    assert Calendar({date(2026, 11, 24): False}).version == typhoon.version


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (shanghai(11, 23, 21, 59), shanghai(11, 23, 21, 59)),
        (shanghai(11, 23, 22, 0), shanghai(11, 24, 7, 0)),
        (shanghai(11, 24, 0, 0), shanghai(11, 24, 7, 0)),
        (shanghai(11, 24, 6, 59), shanghai(11, 24, 7, 0)),
        (shanghai(11, 24, 7, 0), shanghai(11, 24, 7, 0)),
        (shanghai(12, 31, 23, 0), datetime(2027, 1, 1, 7, tzinfo=SHANGHAI)),
    ],
)
def test_quiet_hours_end_at_seven(at: datetime, due: datetime) -> None:
    assert after_quiet_hours(at) == due
    assert after_quiet_hours(at.astimezone(UTC)) == due


def test_quiet_hours_within_a_day_end_that_day() -> None:
    noon = QuietHours(time(12), time(14))
    for minute, due in (((11, 59), (11, 59)), ((12, 0), (14, 0)), ((14, 0), (14, 0))):
        assert after_quiet_hours(shanghai(11, 23, *minute), noon) == shanghai(11, 23, *due)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_nobody_is_woken_and_nothing_comes_early(at: datetime) -> None:
    due = after_quiet_hours(at)
    assert at <= due <= at + timedelta(hours=9)
    assert 7 <= due.astimezone(SHANGHAI).hour < 22
    assert after_quiet_hours(due) == due


@pytest.mark.parametrize(
    ("due", "remind"),
    [
        (shanghai(11, 27, 17, 30), shanghai(11, 26, 0)),
        (shanghai(11, 30, 17, 30), shanghai(11, 27, 0)),  # Monday: on Friday
        (shanghai(2, 24, 17, 30), shanghai(2, 14, 0)),  # after Spring Festival: before it
    ],
)
def test_unit_is_reminded_one_working_day_before(due: datetime, remind: datetime) -> None:
    assert remind_from(due, CHINA) == remind
    assert remind_from(due.astimezone(UTC), CHINA) == remind
