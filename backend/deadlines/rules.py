"""Working days in China, make-up days included, and deadlines in working days. Pure.

Public holidays come from the `holidays` library; the operator's `data/calendar.csv` overrides
single days (`date,working,note`). `working_time` counts hours within a day.
"""

import csv
import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.metadata import version
from pathlib import Path

import holidays

from backend.clock import SHANGHAI
from backend.deadlines.hours import OFFICE_HOURS, Hours

HOLIDAYS_VERSION = version("holidays")
REMIND_BEFORE_DAYS = 1  # working days before a deadline
_CHINA = holidays.country_holidays("CN")


@dataclass(frozen=True)
class Calendar:
    overrides: dict[date, bool] = field(default_factory=dict)  # day -> is it a working day
    hours: Hours = OFFICE_HOURS

    @classmethod
    def load(cls, path: Path, hours: Hours = OFFICE_HOURS) -> "Calendar":
        """Raises ValueError with the line that cannot be read."""
        with path.open(encoding="utf-8-sig", newline="") as rows:
            days = [_day(row, line) for line, row in enumerate(csv.DictReader(rows), 2)]
        return cls(dict(days), hours)

    @property
    def version(self) -> str:
        """A hash of everything that can move a deadline: overrides, hours, holidays."""
        days = sorted((day.isoformat(), worked) for day, worked in self.overrides.items())
        inputs = f"{HOLIDAYS_VERSION} {self.hours} {days}"
        return hashlib.sha256(inputs.encode()).hexdigest()[:16]

    def is_working_day(self, day: date) -> bool:
        if day in self.overrides:
            return self.overrides[day]
        return _is_officially_worked(day)

    def add(self, day: date, working_days: int) -> date:
        """The `working_days`-th working day after `day`; 0 gives `day` or the next working one."""
        if working_days < 0:
            raise ValueError("working days are counted forwards")
        while not self.is_working_day(day):
            day += timedelta(days=1)
        for _ in range(working_days):
            day += timedelta(days=1)
            while not self.is_working_day(day):
                day += timedelta(days=1)
        return day

    def between(self, start: date, end: date) -> int:
        """Working days after `start`, `end` included."""
        days = (end - start).days
        return sum(self.is_working_day(start + timedelta(days=n)) for n in range(1, days + 1))


@cache
def _is_officially_worked(day: date) -> bool:
    return _CHINA.is_working_day(day)


def _day(row: dict[str, str | None], line: int) -> tuple[date, bool]:
    try:
        return date.fromisoformat(row["date"] or ""), {"0": False, "1": True}[row["working"] or ""]
    except (KeyError, ValueError):
        raise ValueError(f"calendar, line {line}: a date and 0 or 1 are needed") from None


def deadline(start: datetime, working_days: int, calendar: Calendar) -> datetime:
    """The end of work on the `working_days`-th working day after `start`, aware."""
    day = calendar.add(start.astimezone(SHANGHAI).date(), working_days)
    return datetime.combine(day, calendar.hours.end, SHANGHAI)


def add_working_days(due: datetime, working_days: int, calendar: Calendar) -> datetime:
    """The same time of day, `working_days` later."""
    local = due.astimezone(SHANGHAI)
    return datetime.combine(calendar.add(local.date(), working_days), local.time(), SHANGHAI)


def remind_from(due: datetime, calendar: Calendar) -> datetime:
    """When the unit is reminded of `due`: the start of the working day before it."""
    day = due.astimezone(SHANGHAI).date()
    for _ in range(REMIND_BEFORE_DAYS):
        day -= timedelta(days=1)
        while not calendar.is_working_day(day):
            day -= timedelta(days=1)
    return datetime.combine(day, time(0), SHANGHAI)
