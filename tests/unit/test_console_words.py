"""Times as a clerk reads them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from backend.measures.periods import Period
from backend.web.words import moment, period, time_left

NOON = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)  # Thursday 12:00 in Shanghai


@pytest.mark.parametrize(
    ("hours", "text"),
    [
        (0, "今天 12:00"),
        (-24, "昨天 12:00"),
        (12, "明天 00:00"),
        (48, "11月28日 周六 12:00"),
        (-24 * 400, "2025年10月22日 周三 12:00"),
    ],
)
def test_a_moment_has_its_weekday(hours: int, text: str) -> None:
    assert moment(NOON + timedelta(hours=hours), NOON) == text


@pytest.mark.parametrize(
    ("minutes", "text", "state"),
    [
        (125, "还剩 2 小时", "soon"),
        (3000, "还剩 2 天 2 小时", "fine"),
        (-125, "超期 2 小时", "late"),
    ],
)
def test_what_is_left(minutes: int, text: str, state: str) -> None:
    due = time_left(NOON + timedelta(minutes=minutes), NOON)
    assert (due.words, due.state) == (text, state)


@pytest.mark.parametrize(
    ("first", "after", "text"),
    [
        (date(2026, 11, 1), date(2026, 12, 1), "2026年11月"),
        (date(2026, 11, 23), date(2026, 11, 24), "2026年11月23日"),
        (date(2026, 11, 1), date(2026, 11, 16), "2026年11月1日到2026年11月15日"),
    ],
)
def test_a_period(first: date, after: date, text: str) -> None:
    assert period(Period(first, after)) == text
