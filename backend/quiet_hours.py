"""Quiet hours: the hours of the night in which nothing is pushed to residents."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from backend.clock import SHANGHAI


@dataclass(frozen=True)
class QuietHours:
    """From `begin` to `end`, Shanghai time, possibly past midnight; empty if both are equal."""

    begin: time
    end: time

    def contains(self, at: time) -> bool:
        if self.begin <= self.end:
            return self.begin <= at < self.end
        return at >= self.begin or at < self.end


NIGHT = QuietHours(time(22), time(7))


def after_quiet_hours(moment: datetime, quiet: QuietHours = NIGHT) -> datetime:
    """`moment`, or the end of the quiet hours that it falls in, in Shanghai."""
    local = moment.astimezone(SHANGHAI)
    if not quiet.contains(local.time()):
        return moment
    ends_tomorrow = local.time() >= quiet.begin > quiet.end
    day = local.date() + timedelta(days=1) if ends_tomorrow else local.date()
    return datetime.combine(day, quiet.end, SHANGHAI)
