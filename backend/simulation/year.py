"""A simulated year of appeals with planted bursts, for the back test of alerts.

Appeals follow the hours of the day, days of the week, holidays and a season of each domain. One
week is prone to alarms: everything is 1.8 times as frequent. A few people write ten times a day.
Each burst adds people to one matter in a street, a district or the city: at least three times the
usual number and at least five.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import ceil, cos, exp, pi
from random import Random

from backend.alerts.detection import Series, series_of
from backend.clock import SHANGHAI
from backend.deadlines.rules import Calendar
from backend.simulation.town import HOURS

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
DOMAINS = (
    "环境保护", "城乡建设", "交通运输", "市场监管", "劳动社保", "教育", "卫生健康", "公用事业",
)  # fmt: skip
WEEKEND, HOLIDAY, ALARMING = 0.6, 0.5, 1.8
SEASON = 0.4  # amplitude of a domain's season
LEVELS = {"street": 65, "district": 25, "city": 10}
PEOPLE, RATIOS, LENGTHS = (5, 30), (3.0, 8.0), (2, 12)  # of bursts: times the usual, hours
ITEMS = 12  # matters of a domain
WARM_UP = 60  # days before the first burst, from which the usual is learnt
_REPEATS = 0.001  # of the appeals are of people who write ten times


@dataclass(frozen=True)
class Arrival:
    at: datetime
    person: int
    district: str
    street: str
    domain: str
    item: str

    @property
    def series(self) -> list[Series]:
        return series_of(
            street=self.street, district=self.district, domain=self.domain, item=self.item
        )


@dataclass(frozen=True)
class Burst:
    series: Series
    begin: datetime
    end: datetime
    people: int


@dataclass(frozen=True)
class Year:
    arrivals: Sequence[Arrival]  # in the order of time
    bursts: Sequence[Burst]


@dataclass(frozen=True)
class _City:
    streets: Sequence[tuple[str, float]]  # code and weight; the code begins with the district's
    domains: Sequence[tuple[str, float]]

    @classmethod
    def of(cls, chance: Random) -> "_City":
        streets = [
            (f"3301{district:02}{street:03}", chance.uniform(0.3, 2.0))
            for district in range(2, 15)
            for street in range(12)
        ]
        return cls(streets, [(domain, chance.uniform(0.4, 2.0)) for domain in DOMAINS])


def simulated_year(
    seed: int, calendar: Calendar, *, first: date, cases_a_day: int, bursts: int
) -> Year:
    chance = Random(f"{seed}/year")
    city = _City.of(chance)
    days = [first + n * DAY for n in range(WARM_UP + 365)]
    alarming = chance.choice(days[WARM_UP + 14 : -14])
    usual = [
        arrival
        for number, day in enumerate(days)
        for arrival in _day(
            city,
            day,
            chance,
            number=number,
            calendar=calendar,
            cases=cases_a_day,
            alarming=alarming,
        )
    ]
    counts = Counter(series for arrival in usual for series in arrival.series)
    per_day = {series: count / len(days) for series, count in counts.items()}
    planted = [_burst(city, days[WARM_UP:-2], per_day, chance) for _ in range(bursts)]
    added = [arrival for burst in planted for arrival in _people(burst, city, chance)]
    return Year(sorted([*usual, *added], key=lambda one: (one.at, one.person)), planted)


def _day(
    city: _City,
    day: date,
    chance: Random,
    *,
    number: int,
    calendar: Calendar,
    cases: int,
    alarming: date,
) -> Iterator[Arrival]:
    factor = ALARMING if timedelta(0) <= day - alarming < 7 * DAY else 1.0
    if not calendar.is_working_day(day):
        factor *= WEEKEND if day.weekday() >= 5 else HOLIDAY
    seasons = [1 + SEASON * cos(2 * pi * (number / 365 + n / 8)) for n in range(len(city.domains))]
    weights = [weight * s for (_, weight), s in zip(city.domains, seasons, strict=True)]
    total = sum(weight for _, weight in city.domains)
    expected = cases * factor * sum(weights) / total
    streets, names = [s for s, _ in city.streets], [d for d, _ in city.domains]
    street_weights = [weight for _, weight in city.streets]
    for _ in range(_poisson(expected, chance)):
        street = chance.choices(streets, street_weights)[0]
        domain = chance.choices(names, weights)[0]
        person = chance.randrange(10**9)
        for _ in range(10 if chance.random() < _REPEATS else 1):
            item = _item(domain, chance)
            yield Arrival(_moment(day, chance), person, street[:6], street, domain, item)


def _item(domain: str, chance: Random) -> str:
    """The first matters of a domain are the most frequent."""
    number = chance.choices(range(ITEMS), [1 / (n + 1) for n in range(ITEMS)])[0]
    return f"{domain}-{number}"


def _moment(day: date, chance: Random) -> datetime:
    hour = chance.choices(range(24), HOURS)[0]
    return datetime.combine(day, time(hour), SHANGHAI) + timedelta(seconds=chance.uniform(0, 3600))


def _poisson(expected: float, chance: Random) -> int:
    if expected > 50:
        return max(0, round(chance.gauss(expected, expected**0.5)))
    limit, number, product = exp(-expected), 0, chance.random()
    while product > limit:
        number, product = number + 1, product * chance.random()
    return number


def _burst(
    city: _City, days: Sequence[date], per_day: Mapping[Series, float], chance: Random
) -> Burst:
    street = chance.choice(city.streets)[0]
    level = chance.choices(list(LEVELS), list(LEVELS.values()))[0]
    area = {"street": street, "district": street[:6], "city": None}[level]
    domain = chance.choice(DOMAINS)
    series = Series(area, domain, _item(domain, chance))
    begin, hours = _moment(chance.choice(days), chance), chance.randint(*LENGTHS)
    # By day more people write than by night.
    share = sum(HOURS[(begin + n * HOUR).hour] for n in range(hours)) / sum(HOURS)
    least = PEOPLE[0] * (PEOPLE[1] / PEOPLE[0]) ** chance.random()
    people = ceil(max(least, chance.uniform(*RATIOS) * per_day.get(series, 0.0) * share))
    return Burst(series, begin, begin + hours * HOUR, people)


def _people(burst: Burst, city: _City, chance: Random) -> Iterator[Arrival]:
    """Most people write early in a burst."""
    streets = [s for s, _ in city.streets if s.startswith(burst.series.area or "")]
    for _ in range(burst.people):
        at = burst.begin + (burst.end - burst.begin) * chance.betavariate(1, 2)
        street, person = chance.choice(streets), chance.randrange(10**9)
        series = burst.series
        yield Arrival(at, person, street[:6], street, series.domain or "", series.item or "")
