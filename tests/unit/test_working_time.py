"""Hours within working days: lunch, nights, weekends and make-up days."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.clock import SHANGHAI
from backend.deadlines.hours import OFFICE_HOURS, Hours
from backend.deadlines.rules import Calendar
from backend.deadlines.working_time import add_working_time, working_time

CHINA = Calendar()
HOUR = timedelta(hours=1)
A_DAY = 7.5 * HOUR  # 08:30-12:00 and 13:30-17:30
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001
lengths = st.integers(0, 60 * 60).map(lambda minutes: timedelta(minutes=minutes))


def shanghai(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (shanghai(11, 23, 9), 2, shanghai(11, 23, 11)),
        (shanghai(11, 23, 11), 2, shanghai(11, 23, 14, 30)),  # over lunch
        (shanghai(11, 23, 12, 30), 1, shanghai(11, 23, 14, 30)),  # from within it
        (shanghai(11, 23, 16, 30), 2, shanghai(11, 24, 9, 30)),  # over night
        (shanghai(11, 27, 17), 1, shanghai(11, 30, 9)),  # over the weekend
        (shanghai(11, 28, 10), 1, shanghai(11, 30, 9, 30)),  # from within it
        (shanghai(2, 14, 9), 2, shanghai(2, 14, 11)),  # a Saturday that is worked
        (shanghai(2, 14, 17), 1, shanghai(2, 24, 9)),  # over Spring Festival
        (shanghai(11, 23, 2), 0, shanghai(11, 23, 2)),
        (shanghai(11, 23, 13, 30), 4, shanghai(11, 23, 17, 30)),  # the end of work is still today
    ],
)
def test_so_many_hours_later(start: datetime, hours: int, end: datetime) -> None:
    assert add_working_time(start, hours * HOUR, CHINA) == end
    assert add_working_time(start.astimezone(UTC), hours * HOUR, CHINA) == end


def test_a_whole_week_has_five_days() -> None:
    assert working_time(shanghai(11, 23, 0), shanghai(11, 30, 0), CHINA) == 5 * A_DAY


def test_nothing_is_worked_backwards() -> None:
    assert working_time(shanghai(11, 24), shanghai(11, 23), CHINA) == timedelta(0)


@given(moments, lengths)
def test_as_much_was_worked_as_was_waited_for(start: datetime, length: timedelta) -> None:
    assert working_time(start, add_working_time(start, length, CHINA), CHINA) == length


@given(moments, lengths, lengths)
def test_twice_is_once(start: datetime, first: timedelta, second: timedelta) -> None:
    twice = add_working_time(add_working_time(start, first, CHINA), second, CHINA)
    assert working_time(start, twice, CHINA) == first + second


@given(moments, st.integers(0, 100), st.integers(0, 100))
def test_stretches_add_up(start: datetime, first: int, second: int) -> None:
    middle, end = start + first * HOUR, start + (first + second) * HOUR
    parts = working_time(start, middle, CHINA) + working_time(middle, end, CHINA)
    assert parts == working_time(start, end, CHINA)


def test_a_unit_may_have_hours_of_its_own() -> None:
    night = Calendar(hours=Hours.parse("06:00-22:00"))
    assert add_working_time(shanghai(11, 23, 19), 2 * HOUR, night) == shanghai(11, 23, 21)


@pytest.mark.parametrize(
    "text",
    ["", "8:30-12:00", "08:30", "08:30-12:00,13:30-17:30", "12:00-08:30", "25:00-26:00",
     "08:30-12:00 11:00-17:30", "08:30-08:30"],
)  # fmt: skip
def test_hours_that_cannot_be(text: str) -> None:
    with pytest.raises(ValueError, match=r"hours|hour"):
        Hours.parse(text)


def test_hours_are_written_as_they_were_read() -> None:
    assert Hours.parse(str(OFFICE_HOURS)) == OFFICE_HOURS
