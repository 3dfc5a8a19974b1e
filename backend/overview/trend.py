"""Volumes by day, and by area and domain, from the counted days."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from backend.deadlines.rules import Calendar
from backend.models.rollups import CaseDay

DAYS, WEEKS = 28, 4
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class TrendDay:
    """`usual` is the median of the same day of earlier weeks; None without any."""

    day: date
    registered: int
    settled: int
    usual: float | None
    is_working_day: bool


def trend(
    session: Session,
    units: frozenset[str] | None,
    *,
    last: date,
    calendar: Calendar,
    filters: Mapping[str, str] | None = None,
    days: int = DAYS,
) -> list[TrendDay]:
    """The days up to `last`. A usual day is as far as possible one that was worked like it."""
    first = last - (days - 1) * _DAY
    since = first - 7 * WEEKS * _DAY
    rows = session.execute(
        select(CaseDay.day, func.sum(CaseDay.registered), func.sum(CaseDay.settled))
        .where(CaseDay.day >= since, CaseDay.day <= last, _in_units(units), _matches(filters or {}))
        .group_by(CaseDay.day)
    )
    counts = {day: (int(registered), int(settled)) for day, registered, settled in rows}
    began = min(counts, default=last)
    return [
        TrendDay(
            day,
            *counts.get(day, (0, 0)),
            _usual(counts, day, began, calendar),
            calendar.is_working_day(day),
        )
        for day in (first + n * _DAY for n in range(days))
    ]


def _usual(
    counts: Mapping[date, tuple[int, int]], day: date, began: date, calendar: Calendar
) -> float | None:
    weeks = [day - 7 * n * _DAY for n in range(1, WEEKS + 1)]
    works = calendar.is_working_day(day)
    like = [d for d in weeks if d >= began and calendar.is_working_day(d) == works]
    numbers = [counts.get(d, (0, 0))[0] for d in like]
    return float(median(numbers)) if numbers else None


@dataclass(frozen=True)
class Grid:
    """Cases by district and domain; the busiest domains first."""

    districts: tuple[str, ...]
    domains: tuple[str, ...]
    counts: Mapping[tuple[str, str], int]

    def share(self, district: str, domain: str) -> float:
        """Relative to the largest cell."""
        largest = max(self.counts.values(), default=0)
        return self.counts.get((district, domain), 0) / largest if largest else 0.0


MOST_DOMAINS = 8


def grid(session: Session, units: frozenset[str] | None, *, first: date, last: date) -> Grid:
    rows = session.execute(
        select(CaseDay.district_code, CaseDay.domain, func.sum(CaseDay.registered))
        .where(CaseDay.day >= first, CaseDay.day <= last, _in_units(units))
        .group_by(CaseDay.district_code, CaseDay.domain)
    )
    counts = {(district, domain): int(number) for district, domain, number in rows if number}
    by_domain: dict[str, int] = defaultdict(int)
    for (_, domain), number in counts.items():
        by_domain[domain] += number
    domains = sorted(by_domain, key=lambda domain: (-by_domain[domain], domain))[:MOST_DOMAINS]
    districts = sorted({district for district, _ in counts})
    return Grid(tuple(districts), tuple(domains), counts)


def _in_units(units: frozenset[str] | None) -> ColumnElement[bool]:
    return true() if units is None else CaseDay.unit_code.in_(units)


def _matches(filters: Mapping[str, str]) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = true()
    for name, value in filters.items():
        condition &= getattr(CaseDay, FILTERS[name]) == value
    return condition


FILTERS = {
    "unit": "unit_code",
    "district": "district_code",
    "street": "street_code",
    "domain": "domain",
    "kind": "kind",
    "channel": "channel",
}
