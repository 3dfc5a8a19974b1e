"""Back test of the thresholds: which planted bursts of a year do they find, and how soon?"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median

from backend.alerts.baseline import Shape, level_of
from backend.alerts.detection import Excess, Series, excess_of, is_calm, surge_of
from backend.alerts.thresholds import Thresholds
from backend.clock import SHANGHAI
from backend.deadlines.rules import Calendar
from backend.simulation.year import WARM_UP, Arrival, Burst, Year

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass
class Raised:
    series: Series
    at: datetime
    excess: Excess
    last_excess: datetime


@dataclass
class _Counted:
    """Counts of one series so far."""

    days: Counter[date] = field(default_factory=Counter)
    recent: deque[tuple[datetime, int]] = field(default_factory=deque)
    level: tuple[date, float] | None = None  # as of a day

    def people(self, since: datetime) -> int:
        return len({person for at, person in self.recent if at > since})


class Watch:
    """Runs through arrivals in the order of time, as the job does through cases."""

    def __init__(self, rules: Thresholds, calendar: Calendar, first: date) -> None:
        self._rules, self._calendar, self._first = rules, calendar, first
        self._series: dict[Series, _Counted] = defaultdict(_Counted)
        self._cities: set[Series] = set()  # the series of whole domains
        self._hours: Counter[tuple[date, int]] = Counter()
        self._shape: tuple[date, Shape] | None = None
        self._shares: dict[tuple[datetime, int], float] = {}
        self.open: list[Raised] = []

    def add(self, arrival: Arrival) -> Raised | None:
        """The alert that the arrival raises."""
        at = arrival.at
        self._hours[at.date(), at.hour] += 1
        self._cities.add(arrival.series[-1])
        for series in arrival.series:
            counted = self._series[series]
            counted.days[at.date()] += 1
            counted.recent.append((at, arrival.person))
            while counted.recent[0][0] <= at - self._rules.longest_window * HOUR:
                counted.recent.popleft()
        if at.date() < self._first + WARM_UP * DAY:
            return None
        self._end_calm(at)
        excesses = [(s, excess) for s in arrival.series if (excess := self._excess(s, at))]
        for series, excess in excesses:
            self._continue(series, excess, at)
        for series, excess in excesses:
            if not any(alert.series.is_related(series) for alert in self.open):
                self.open.append(Raised(series, at, excess, at))
                return self.open[-1]
        return None

    def _continue(self, series: Series, excess: Excess, at: datetime) -> None:
        """A burst that goes on, or has become wider, raises no second alert."""
        for alert in self.open:
            if alert.series.is_related(series):
                alert.last_excess = at
                own = self._series[alert.series].people(at - excess.hours * HOUR)
                elsewhere = excess.people - own
                if series.is_wider(alert.series) and elsewhere >= self._rules.people_from:
                    alert.series = series

    def _excess(self, series: Series, at: datetime) -> Excess | None:
        counted = self._series[series]
        if len(counted.recent) < self._rules.people_from:
            return None
        windows, surge = self._rules.windows, self._surge(series, at)
        people = {hours: counted.people(at - hours * HOUR) for hours in windows}
        if max(people.values()) < self._rules.people_from:
            return None
        usual = {hours: surge * self._usual(series, hours, at) for hours in windows}
        return excess_of(people, usual, self._rules)

    def _surge(self, series: Series, at: datetime) -> float:
        """Surge of all domains but that of the series, over the longest window."""
        hours = self._rules.longest_window
        others = [s for s in self._cities if s.domain != series.domain]
        usual = sum(self._usual(other, hours, at) for other in others)
        since = at - hours * HOUR
        number = sum(sum(t > since for t, _ in self._series[s].recent) for s in others)
        return surge_of(number, usual)

    def _end_calm(self, at: datetime) -> None:
        span = self._rules.calm_hours
        for alert in list(self.open):
            if at - alert.last_excess >= span * HOUR:
                people = self._series[alert.series].people(at - span * HOUR)
                if is_calm(people, self._usual(alert.series, span, at), self._rules):
                    self.open.remove(alert)

    def _usual(self, series: Series, hours: int, at: datetime) -> float:
        end = at.replace(minute=0, second=0, microsecond=0) + HOUR
        key = (end, hours)
        if key not in self._shares:
            self._shares[key] = self._course(at.date()).share(end - hours * HOUR, end)
        return self._level(series, at.date()) * self._shares[key]

    def _course(self, today: date) -> Shape:
        """Learnt anew every week."""
        if self._shape is None or today - self._shape[0] >= 7 * DAY:
            past = self._past(today)
            counts = {key: n for key, n in self._hours.items() if key[0] >= past[0]}
            self._shape = today, Shape.of(counts, past, self._calendar)
        return self._shape[1]

    def _level(self, series: Series, today: date) -> float:
        counted = self._series[series]
        if counted.level is None or counted.level[0] != today:
            past, course = self._past(today), self._course(today)
            counts = [counted.days[day] for day in past]
            shares = [course.day_share(day) for day in past]
            rules = self._rules
            level = level_of(
                counts, shares, capped_at=rules.capped_at, capped_from=rules.capped_from
            )
            counted.level = today, level
        return counted.level[1]

    def _past(self, today: date) -> list[date]:
        return [today - n * DAY for n in range(self._rules.baseline_days, 0, -1)]


@dataclass(frozen=True)
class AlertBackTest:
    bursts: Sequence[Burst]
    delays: Sequence[timedelta]  # delays after the begin of the bursts that were found
    alerts: int
    false_alerts: int
    repeated: int  # further alerts of a burst that had one

    @property
    def recall(self) -> float:
        return len(self.delays) / len(self.bursts) if self.bursts else 1.0

    @property
    def precision(self) -> float:
        return 1 - self.false_alerts / self.alerts if self.alerts else 1.0

    @property
    def median_delay(self) -> timedelta:
        hours = [delay / HOUR for delay in self.delays]
        return median(hours) * HOUR if hours else timedelta.max

    def lines(self) -> Iterator[str]:
        yield f"planted bursts   {len(self.bursts):>6}"
        yield (
            f"alerts           {self.alerts:>6}, {self.false_alerts} of them without a burst, "
            f"{self.repeated} of a burst that had one"
        )
        yield f"recall           {self.recall:>6.2f}   at least 0.90"
        yield f"precision        {self.precision:>6.2f}   at least 0.80"
        hours = self.median_delay / HOUR
        yield f"median delay     {hours:>6.1f} h at most 2.0"


def back_test_alerts(year: Year, rules: Thresholds, calendar: Calendar) -> AlertBackTest:
    watch = Watch(rules, calendar, year.arrivals[0].at.astimezone(SHANGHAI).date())
    raised = [alert for arrival in year.arrivals if (alert := watch.add(arrival))]
    delays: dict[Burst, timedelta] = {}
    false_alerts = repeated = 0
    for alert in raised:
        causes = [burst for burst in year.bursts if _is_cause(burst, alert, rules)]
        false_alerts += not causes
        repeated += bool(causes) and all(burst in delays for burst in causes)
        for burst in causes:
            delays.setdefault(burst, alert.at - burst.begin)
    return AlertBackTest(year.bursts, list(delays.values()), len(raised), false_alerts, repeated)


def _is_cause(burst: Burst, alert: Raised, rules: Thresholds) -> bool:
    in_time = burst.begin <= alert.at <= burst.end + rules.longest_window * HOUR
    return in_time and burst.series.is_related(alert.series)
