"""Working time between two moments, and the moment some working time later. Pure."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from backend.clock import SHANGHAI
from backend.deadlines.rules import Calendar

NONE = timedelta(0)
DAY = timedelta(days=1)


def working_time(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """Working time from `start` to `end`; none when `end` is earlier."""
    last = end.astimezone(SHANGHAI).date()
    total, day = NONE, start.astimezone(SHANGHAI).date()
    while day <= last:
        for opens, closes in _open_spans(day, calendar):
            total += max(min(end, closes) - max(start, opens), NONE)
        day += DAY
    return total


def add_working_time(start: datetime, length: timedelta, calendar: Calendar) -> datetime:
    """The earliest moment that is `length` of working time after `start`."""
    if length <= NONE:
        return start
    remaining, day = length, start.astimezone(SHANGHAI).date()
    while True:
        for opens, closes in _open_spans(day, calendar):
            begins = max(start, opens)
            if remaining <= closes - begins:
                return begins + remaining
            remaining -= max(closes - begins, NONE)
        day += DAY


def _open_spans(day: date, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    if calendar.is_working_day(day):
        for begin, end in calendar.hours.spans:
            yield datetime.combine(day, begin, SHANGHAI), datetime.combine(day, end, SHANGHAI)
