"""Measured periods: a year, a month, a day, or a range of days."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from backend.clock import SHANGHAI
from backend.errors import BadFilter

MAX_DAYS = 3 * 366
YEARS = range(1990, 2100)
_FORM = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
HOW = "统计期写成 2026、2026-11、2026-11-23 或 2026-11-01..2026-11-15"


@dataclass(frozen=True)
class Period:
    first: date
    after: date  # the first day after the period

    @property
    def since(self) -> datetime:
        return datetime.combine(self.first, time(0), SHANGHAI)

    @property
    def until(self) -> datetime:
        return datetime.combine(self.after, time(0), SHANGHAI)

    @property
    def last_day(self) -> date:
        return self.after - timedelta(days=1)

    @property
    def before(self) -> "Period":
        """The previous period: the month before a month, else the same number of days."""
        if self.is_month:
            last = self.first - timedelta(days=1)
            return Period(last.replace(day=1), self.first)
        return Period(self.first - (self.after - self.first), self.first)

    @property
    def months(self) -> list["Period"]:
        """The months of the period; the first and the last may be incomplete."""
        months, first = [], self.first
        while first < self.after:
            after = min(_next_month(first.replace(day=1)), self.after)
            months.append(Period(first, after))
            first = after
        return months

    @property
    def is_month(self) -> bool:
        return self.first.day == 1 and self.after == _next_month(self.first)

    def __str__(self) -> str:
        if self.is_month:
            return f"{self.first:%Y-%m}"
        last = self.after - timedelta(days=1)
        return str(self.first) if last == self.first else f"{self.first}..{last}"


def month_of(day: date) -> Period:
    first = day.replace(day=1)
    return Period(first, _next_month(first))


def parse(text: str) -> Period:
    """Parse `2026`, `2026-11`, `2026-11-23` or a range of two of these. Raises BadFilter."""
    begin, dots, end = text.partition("..")
    period = _parse_single(begin)
    if dots:
        period = Period(period.first, _parse_single(end).after)
    if not timedelta(0) < period.after - period.first <= timedelta(days=MAX_DAYS):
        raise BadFilter("统计期要从早到晚，最长三年")
    return period


def require_year(year: int) -> None:
    """Raises BadFilter for a year outside `YEARS`."""
    if year not in YEARS:
        raise BadFilter(f"统计期只能在 {YEARS[0]} 到 {YEARS[-1]} 年之间")


def _parse_single(text: str) -> Period:
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise BadFilter(HOW)
    year, month, day = (int(part) if part else 0 for part in match.groups())
    require_year(year)
    try:
        if match[3]:
            first = date(year, month, day)
            return Period(first, first + timedelta(days=1))
        if match[2]:
            return month_of(date(year, month, 1))
        return Period(date(year, 1, 1), date(year + 1, 1, 1))
    except (ValueError, OverflowError):
        raise BadFilter(f"没有“{text}”这个日子。{HOW}") from None


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)
