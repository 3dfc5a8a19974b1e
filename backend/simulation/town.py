"""A simulated city drawn from a seed: the habits of its units, and its residents' appeals.

The same seed, number of cases and time give the same city.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

from backend.clock import SHANGHAI
from backend.simulation.habits import HABITS, Habit, HabitName
from nlu.folders import parse_yaml
from nlu.matters.past_cases import PastCase

DAY = timedelta(days=1)
LONGEST_TEXT = 160  # characters
CASES_A_PERSON = 1.25
WEEKEND = 0.6  # appeals on a day of the weekend, compared with a weekday
# Relative number of appeals by hour of the day, from midnight.
HOURS = (1, 1, 1, 1, 1, 2, 4, 8, 14, 16, 15, 10, 8, 10, 14, 14, 13, 10, 8, 8, 8, 6, 4, 2)


@dataclass(frozen=True)
class Script:
    """The content of `data/simulation.yml`."""

    population: Mapping[str, int]  # of districts, in thousands
    unit_types: Sequence[str]
    large_district: str
    habits: Mapping[str, int]
    channels: Mapping[str, int]
    leave_out: Sequence[str]
    words: Mapping[str, Any]

    @classmethod
    def load(cls, path: Path) -> "Script":
        return cls(**parse_yaml(path.read_text(encoding="utf-8")))


@dataclass(frozen=True)
class TownUnit:
    code: str
    name: str
    unit_type: str
    district: str
    population: int
    habit: HabitName
    is_large: bool


@dataclass(frozen=True)
class Town:
    seed: str
    units: Mapping[str, TownUnit]
    words: Mapping[str, Any]

    def habit_of(self, code: str | None) -> Habit:
        """The unit's habit; a unit outside the town, which got a case by mistake, is prompt."""
        unit = self.units.get(code or "")
        return HABITS[unit.habit if unit else HabitName.PROMPT]

    def elsewhere(self, code: str) -> str:
        """The unit of the same type in the next district, for a dispatcher who is misled."""
        own = self.units[code]
        peers = [unit.code for unit in self.units.values() if unit.unit_type == own.unit_type]
        return peers[(peers.index(code) + 1) % len(peers)]


@dataclass(frozen=True)
class SimulatedAppeal:
    """An appeal to register; `unit` is the unit that is really responsible."""

    number: int
    at: datetime
    person: int
    channel: str
    text: str
    kind: str | None
    place: str
    unit: str


def town_of(script: Script, names: Mapping[str, str], seed: int) -> Town:
    """The town of the script; `names` maps unit codes to names."""
    codes = [
        (district, unit_type) for district in script.population for unit_type in script.unit_types
    ]
    habits = _habits(script, codes, Random(f"{seed}/habits"))
    units = {
        f"{district}-{unit_type}": TownUnit(
            code=f"{district}-{unit_type}",
            name=names[f"{district}-{unit_type}"],
            unit_type=unit_type,
            district=district,
            population=script.population[district] * 1000,
            habit=habits[district, unit_type],
            is_large=district == script.large_district,
        )
        for district, unit_type in codes
    }
    return Town(str(seed), units, script.words)


def _habits(
    script: Script, codes: Sequence[tuple[str, str]], chance: Random
) -> dict[tuple[str, str], HabitName]:
    habits = dict.fromkeys(codes, HabitName.PROMPT)
    large = [code for code in codes if code[0] == script.large_district]
    habits |= dict.fromkeys(large, HabitName.SLOW)
    free = [code for code in codes if code[0] != script.large_district]
    chance.shuffle(free)
    for name, count in script.habits.items():
        for _ in range(count):
            habits[free.pop()] = HabitName(name)
    return habits


def appeals(
    script: Script,
    town: Town,
    past: Sequence[PastCase],
    places: Mapping[str, Sequence[str]],
    *,
    cases: int,
    begin: datetime,
    days: int,
) -> Iterator[SimulatedAppeal]:
    """Yield appeals in the order of time; `places` maps districts to place names in use."""
    chance = Random(f"{town.seed}/appeals")
    texts = _texts(script, past)
    units = list(town.units.values())
    people = [unit.population for unit in units]
    moments = sorted(_moments(chance, cases, begin, days))
    for number, at in enumerate(moments, 1):
        unit = chance.choices(units, people)[0]
        case = chance.choice(texts[unit.unit_type])
        yield SimulatedAppeal(
            number,
            at,
            person=chance.randrange(1, 2 + int(cases / CASES_A_PERSON)),
            channel=chance.choices(list(script.channels), list(script.channels.values()))[0],
            text=case.text,
            kind=case.kind,
            place=chance.choice(places[unit.district]),
            unit=unit.code,
        )


def _texts(script: Script, past: Sequence[PastCase]) -> dict[str, list[PastCase]]:
    """Past cases by the unit type mainly responsible, without long texts and `leave_out` words."""
    by_type: dict[str, list[PastCase]] = {unit_type: [] for unit_type in script.unit_types}
    for case in past:
        fits = len(case.text) <= LONGEST_TEXT and not any(w in case.text for w in script.leave_out)
        if fits and case.unit_types[0] in by_type:
            by_type[case.unit_types[0]].append(case)
    return by_type


def _moments(chance: Random, cases: int, begin: datetime, days: int) -> Iterator[datetime]:
    first = begin.astimezone(SHANGHAI).date()
    dates = [first + n * DAY for n in range(days)]
    weights = [WEEKEND if day.weekday() >= 5 else 1.0 for day in dates]
    for day in chance.choices(dates, weights, k=cases):
        hour = chance.choices(range(24), HOURS)[0]
        yield _on(day, hour, chance.uniform(0, 3600))


def _on(day: date, hour: int, seconds: float) -> datetime:
    return datetime.combine(day, time(hour), SHANGHAI) + timedelta(seconds=seconds)
