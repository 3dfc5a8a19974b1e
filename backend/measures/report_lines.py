"""Lines of a report: counts, buck-passing and panel scores combined for each group."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from backend.measures.buck_passing_events import BuckPassingCounts
from backend.measures.case_counts import CaseCounts
from backend.measures.city_units import City
from backend.measures.count_queries import GroupKey
from backend.measures.efficiency import EfficiencyIndex, efficiency, not_passed_on
from backend.measures.formula import Formula
from backend.measures.query import CASE_DIMENSIONS, MeasureQuery
from backend.measures.rates import Rate, shrunk, total


@dataclass(frozen=True)
class BuckPassingTotals:
    """Components of the buck-passing index; the totals of several units can be added."""

    counts: BuckPassingCounts = field(default_factory=BuckPassingCounts)
    points: float = 0.0
    expected: float = 0.0  # cases

    def __add__(self, other: "BuckPassingTotals") -> "BuckPassingTotals":
        return BuckPassingTotals(
            self.counts + other.counts,
            self.points + other.points,
            self.expected + other.expected,
        )

    @property
    def index(self) -> float | None:
        return 100 * self.points / self.expected if self.expected else None


@dataclass(frozen=True)
class Line:
    key: GroupKey  # one value for each dimension of the query's group
    counts: CaseCounts
    buck_passing: BuckPassingTotals
    shrunk_satisfaction: float | None
    panel: Rate
    efficiency: EfficiencyIndex
    is_ranked: bool


@dataclass(frozen=True)
class LineBuilder:
    """Adds up figures by unit into the groups of a query.

    `mean` is the city's satisfaction share; `panel` maps unit codes to panel scores.
    """

    query: MeasureQuery
    city: City
    formula: Formula
    mean: float | None
    panel: Mapping[str, Rate]

    def lines(
        self,
        counts: Mapping[GroupKey, CaseCounts],
        totals: Mapping[GroupKey, BuckPassingTotals],
    ) -> tuple[Line, ...]:
        """One line for each group that has cases or dispatches, in the order of the keys."""
        cases = self._grouped_counts(counts)
        buck_passing = self._grouped_totals(totals)
        panel = self._grouped_panel()
        keys = sorted({*cases, *buck_passing}, key=lambda key: [part or "" for part in key])
        return tuple(self._line(key, cases[key], buck_passing[key], panel[key]) for key in keys)

    def whole(
        self,
        counts: Mapping[GroupKey, CaseCounts],
        totals: Mapping[GroupKey, BuckPassingTotals],
    ) -> Line:
        """One line for all matching cases."""
        matching = (
            unit_totals
            for key, unit_totals in totals.items()
            if self.city.matches(key[0], self.query)
        )
        panel = total(self.panel[code] for code in self._scored_units())
        cases = sum(counts.values(), CaseCounts())
        return self._line((), cases, sum(matching, BuckPassingTotals()), panel)

    def _grouped_counts(
        self, counts: Mapping[GroupKey, CaseCounts]
    ) -> Mapping[GroupKey, CaseCounts]:
        grouped: dict[GroupKey, CaseCounts] = defaultdict(CaseCounts)
        for key, key_counts in counts.items():
            grouped[self._group(key) if self.query.is_by_unit else key] += key_counts
        return grouped

    def _grouped_totals(
        self, totals: Mapping[GroupKey, BuckPassingTotals]
    ) -> Mapping[GroupKey, BuckPassingTotals]:
        grouped: dict[GroupKey, BuckPassingTotals] = defaultdict(BuckPassingTotals)
        for key, unit_totals in totals.items():
            if self.city.matches(key[0], self.query):
                grouped[self._group(key)] += unit_totals
        return grouped

    def _grouped_panel(self) -> Mapping[GroupKey, Rate]:
        """Empty if the query groups by a case dimension: panel scores belong to units only."""
        grouped: dict[GroupKey, Rate] = defaultdict(Rate)
        if not self.query.case_dimensions:
            for code in self._scored_units():
                grouped[self._group((code,))] += self.panel[code]
        return grouped

    def _scored_units(self) -> list[str]:
        return [code for code in self.panel if self.city.matches(code, self.query)]

    def _group(self, key: GroupKey) -> GroupKey:
        """The group of a key that begins with a unit code."""
        unit, rest = self.city.current_unit(key[0]), iter(key[1:])
        return tuple(
            next(rest) if name in CASE_DIMENSIONS else (unit.value_of(name) if unit else None)
            for name in self.query.group
        )

    def _line(
        self, key: GroupKey, counts: CaseCounts, buck_passing: BuckPassingTotals, panel: Rate
    ) -> Line:
        rules = self.formula
        answers = rules.satisfaction.shrink_answers
        satisfaction = shrunk(counts.satisfaction_rate, self.mean, answers)
        parts = {
            "on_time": counts.on_time_rate.share,
            "response": counts.response_rate.share,
            "resolution": counts.resolution_rate.share,
            "satisfaction": satisfaction,
            "not_reopened": counts.reopen_share.rest.share,
            "not_passed_on": not_passed_on(buck_passing.index, rules.buck_passing),
            "panel": panel.share,
        }
        return Line(
            key,
            counts,
            buck_passing,
            satisfaction,
            panel,
            efficiency(parts, rules.efficiency),
            is_ranked=counts.due >= rules.publishing.rank_from,
        )
