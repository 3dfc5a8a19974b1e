"""One line of a report, and how what was counted comes together in it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from backend.measures.buck_passing_events import Passing
from backend.measures.case_counts import Tally
from backend.measures.city_units import City
from backend.measures.count_queries import Key
from backend.measures.efficiency import EfficiencyIndex, efficiency, not_passed_on
from backend.measures.formula import Formula
from backend.measures.query import OF_CASE, Asked
from backend.measures.rates import Rate, shrunk, total


@dataclass(frozen=True)
class Passed:
    """What the buck-passing index is made of; of several units, their sums."""

    passing: Passing = field(default_factory=Passing)
    points: float = 0.0
    expected: float = 0.0  # cases

    def __add__(self, other: "Passed") -> "Passed":
        return Passed(
            self.passing + other.passing,
            self.points + other.points,
            self.expected + other.expected,
        )

    @property
    def index(self) -> float | None:
        return 100 * self.points / self.expected if self.expected else None


@dataclass(frozen=True)
class Line:
    key: Key  # a value for each dimension that was asked for
    tally: Tally
    passed: Passed
    shrunk_satisfaction: float | None
    panel: Rate
    efficiency: EfficiencyIndex
    is_ranked: bool


@dataclass(frozen=True)
class Folding:
    """Brings what was counted, by unit where that matters, under what was asked for.

    `mean` is the city's satisfaction; `panel` are the scores of each unit.
    """

    asked: Asked
    city: City
    formula: Formula
    mean: float | None
    panel: Mapping[str, Rate]

    def lines(self, counted: Mapping[Key, Tally], passed: Mapping[Key, Passed]) -> tuple[Line, ...]:
        cases: dict[Key, Tally] = defaultdict(Tally)
        for key, tally in counted.items():
            cases[self._group(key) if self.asked.is_by_unit else key] += tally
        sent: dict[Key, Passed] = defaultdict(Passed)
        for key, one in passed.items():
            if self.city.is_wanted(key[0], self.asked):
                sent[self._group(key)] += one
        panel: dict[Key, Rate] = defaultdict(Rate)
        if not self.asked.case_dimensions:  # scores are of a unit, not of a kind or a place
            for code in self._scored():
                panel[self._group((code,))] += self.panel[code]
        keys = sorted({*cases, *sent}, key=lambda key: [part or "" for part in key])
        return tuple(self.line(key, cases[key], sent[key], panel[key]) for key in keys)

    def whole(self, counted: Mapping[Key, Tally], passed: Mapping[Key, Passed]) -> Line:
        wanted = (one for key, one in passed.items() if self.city.is_wanted(key[0], self.asked))
        panel = total(self.panel[code] for code in self._scored())
        return self.line((), sum(counted.values(), Tally()), sum(wanted, Passed()), panel)

    def _scored(self) -> list[str]:
        return [code for code in self.panel if self.city.is_wanted(code, self.asked)]

    def _group(self, key: Key) -> Key:
        unit, rest = self.city.answers_for(key[0]), iter(key[1:])
        return tuple(
            next(rest) if name in OF_CASE else (unit.value_of(name) if unit else None)
            for name in self.asked.group
        )

    def line(self, key: Key, tally: Tally, sent: Passed, panel: Rate) -> Line:
        rules = self.formula
        satisfaction = shrunk(tally.satisfaction_rate, self.mean, rules.satisfaction.shrink_answers)
        parts = {
            "on_time": tally.on_time_rate.share,
            "response": tally.response_rate.share,
            "resolution": tally.resolution_rate.share,
            "satisfaction": satisfaction,
            "not_reopened": tally.reopen_share.rest.share,
            "not_passed_on": not_passed_on(sent.index, rules.buck_passing),
            "panel": panel.share,
        }
        return Line(
            key,
            tally,
            sent,
            satisfaction,
            panel,
            efficiency(parts, rules.efficiency),
            is_ranked=tally.due >= rules.publishing.rank_from,
        )
