"""The usual number of people: by day of the week, holiday, hour, and by what a series has. Pure.

`Shape` is the course of a day, learnt from all cases of the city. `level_of` is how much of it one
series has on a working day, learnt from its own days, of which bursts are capped.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from statistics import median

from backend.clock import SHANGHAI
from backend.deadlines.rules import Calendar

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_WORKED_WEEKEND, _HOLIDAY = 7, 8  # kinds of day beside the days of the week, Monday 0
_LIKE = {_WORKED_WEEKEND: range(5), _HOLIDAY: range(5, 7)}  # where there was none
_TYPICAL_DAYS = 1.0  # even days added to each kind of day, so that no hour is impossible
_PRIOR_CASES = 0.5  # added to a series, so that a new one does not expect nothing


def kind_of_day(day: date, calendar: Calendar) -> int:
    is_weekday, works = day.weekday() < 5, calendar.is_working_day(day)
    if is_weekday == works:
        return day.weekday()
    return _WORKED_WEEKEND if works else _HOLIDAY


@dataclass(frozen=True)
class Shape:
    """Cases of the city by kind of day and hour, and the days that were counted."""

    counts: Mapping[tuple[int, int], float]
    days: Mapping[int, int]
    calendar: Calendar

    @classmethod
    def of(
        cls, counts: Mapping[tuple[date, int], int], days: Iterable[date], calendar: Calendar
    ) -> "Shape":
        """`counts` of cases by day and hour in Shanghai; `days` without cases count, too."""
        by_kind: Counter[tuple[int, int]] = Counter()
        for (day, hour), number in counts.items():
            by_kind[kind_of_day(day, calendar), hour] += number
        return cls(by_kind, Counter(kind_of_day(day, calendar) for day in days), calendar)

    @cached_property
    def _rates(self) -> Mapping[int, Sequence[float]]:
        """Mean cases in each hour of each kind of day."""
        even = sum(self.counts.values()) / max(1, sum(self.days.values())) / 24
        return {kind: [self._rate(kind, hour, even) for hour in range(24)] for kind in range(9)}

    def _rate(self, kind: int, hour: int, even: float) -> float:
        kinds = [kind] if self.days.get(kind) else _LIKE.get(kind, range(5))
        days = sum(self.days.get(one, 0) for one in kinds)
        cases = sum(self.counts.get((one, hour), 0) for one in kinds)
        return (cases + even * _TYPICAL_DAYS) / (days + _TYPICAL_DAYS)

    @cached_property
    def _working_day(self) -> float:
        """Mean cases of a working day."""
        return sum(sum(self._rates[kind]) for kind in range(5)) / 5 or 1.0

    def day_share(self, day: date) -> float:
        """Expected cases of the day, relative to a working day."""
        return sum(self._rates[kind_of_day(day, self.calendar)]) / self._working_day

    def share(self, begin: datetime, end: datetime) -> float:
        """Expected cases between two moments, relative to a working day."""
        total, at = 0.0, begin.astimezone(SHANGHAI)
        while at < end:
            next_hour = min(at.replace(minute=0, second=0, microsecond=0) + HOUR, end)
            rate = self._rates[kind_of_day(at.date(), self.calendar)][at.hour]
            total += rate * ((next_hour - at) / HOUR)
            at = next_hour.astimezone(SHANGHAI)
        return total / self._working_day


def level_of(
    counts: Sequence[int], shares: Sequence[float], *, capped_at: float, capped_from: int
) -> float:
    """Usual cases of a series on a working day, from its past days and their shares.

    A day of a burst counts as `capped_at` median days.
    """
    cap = max(float(capped_from), capped_at * median(counts)) if counts else 0.0
    capped = sum(min(float(count), cap) for count in counts)
    return (capped + _PRIOR_CASES) / max(1.0, sum(shares))


def chance_of(number: int, usual: float) -> float:
    """Probability of `number` and more, by Poisson, where `usual` are expected."""
    if number <= 0:
        return 1.0
    term = math.exp(-usual + number * math.log(usual) - math.lgamma(number + 1)) if usual else 0.0
    if number < usual:  # the tail is long: one minus the head
        head = term
        total = 0.0
        for k in range(number, 0, -1):
            head *= k / usual
            total += head
        return max(0.0, 1.0 - total)
    total, k = term, number
    while term > total * 1e-12:
        k += 1
        term *= usual / k
        total += term
    return total
