"""Hours of the night in which no resident is disturbed."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from backend.clock import SHANGHAI


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


def after_quiet_hours(moment: datetime, quiet: QuietHours = NIGHT) -> datetime:
    """`moment`, or the end of the quiet hours that it falls in, in Shanghai."""
    local = moment.astimezone(SHANGHAI)
    if not quiet.hold(local.time()):
        return moment
    goes_past_midnight = local.time() >= quiet.begin > quiet.end
    day = local.date() + timedelta(days=1) if goes_past_midnight else local.date()
    return datetime.combine(day, quiet.end, SHANGHAI)
