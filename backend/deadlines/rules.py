"""Working days in China, make-up days included, and the deadlines counted in them.

The official holidays come from the `holidays` library; the operator's `data/calendar.csv`
overrides single days (`date,working,note`).
"""

import csv
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

import holidays

from backend.clock import SHANGHAI

END_OF_WORK = time(17, 30)
REMIND_BEFORE_DAYS = 1  # working days before a deadline


@dataclass(frozen=True)
class QuietHours:
    """When nothing is pushed, Shanghai time; none at all when it begins as it ends."""

    begin: time
    end: time

    def hold(self, at: time) -> bool:
        if self.begin <= self.end:
            return self.begin <= at < self.end
        return at >= self.begin or at < self.end


NIGHT = QuietHours(time(22), time(7))


@dataclass(frozen=True)
class Calendar:
    overrides: dict[date, bool] = field(default_factory=dict)  # day -> is it worked

    @classmethod
    def load(cls, path: Path) -> "Calendar":
        with path.open(encoding="utf-8") as rows:
            return cls(
                {
                    date.fromisoformat(row["date"]): row["working"] == "1"
                    for row in csv.DictReader(rows)
                }
            )

    def is_working_day(self, day: date) -> bool:
        if day in self.overrides:
            return self.overrides[day]
        return _CHINA.is_working_day(day)

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
        """Working days after `start` up to and with `end`."""
        days = (end - start).days
        return sum(self.is_working_day(start + timedelta(days=n)) for n in range(1, days + 1))


_CHINA = holidays.country_holidays("CN")


def deadline(start: datetime, working_days: int, calendar: Calendar) -> datetime:
    """The end of work on the `working_days`-th working day after `start`, aware."""
    day = calendar.add(start.astimezone(SHANGHAI).date(), working_days)
    return datetime.combine(day, END_OF_WORK, SHANGHAI)


def postponed(
    due: datetime, held_from: datetime, held_until: datetime, calendar: Calendar
) -> datetime:
    """`due`, later by the working days that the case was on hold."""
    held = calendar.between(
        held_from.astimezone(SHANGHAI).date(), held_until.astimezone(SHANGHAI).date()
    )
    return deadline(due, held, calendar)


def remind_from(due: datetime, calendar: Calendar) -> datetime:
    """When the unit is reminded of `due`: the start of the working day before it."""
    day = due.astimezone(SHANGHAI).date()
    for _ in range(REMIND_BEFORE_DAYS):
        day -= timedelta(days=1)
        while not calendar.is_working_day(day):
            day -= timedelta(days=1)
    return datetime.combine(day, time(0), SHANGHAI)


def after_quiet_hours(moment: datetime, quiet: QuietHours = NIGHT) -> datetime:
    """`moment`, or the end of the quiet hours that it falls in, in Shanghai."""
    local = moment.astimezone(SHANGHAI)
    if not quiet.hold(local.time()):
        return moment
    goes_past_midnight = local.time() >= quiet.begin > quiet.end
    day = local.date() + timedelta(days=1) if goes_past_midnight else local.date()
    return datetime.combine(day, quiet.end, SHANGHAI)
