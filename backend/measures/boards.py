"""Three boards (三榜) and the buck-passing board, from the lines of a report by unit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from backend.measures.formula import Formula
from backend.measures.report import Report
from backend.measures.report_lines import Line


@dataclass(frozen=True)
class Place:
    line: Line
    value: float
    before: float | None = None  # in the period before, where that is what it is about

    @property
    def unit(self) -> str | None:
        return self.line.key[0]

    def is_alert(self, formula: Formula) -> bool:
        """Only the buck-passing index has a threshold to be over."""
        return self.value > formula.buck_passing.alert_over


@dataclass(frozen=True)
class Boards:
    red: Sequence[Place]
    black: Sequence[Place]
    progress: Sequence[Place]
    buck_passing: Sequence[Place]  # every ranked unit with an index above 0, the worst first
    unranked: int  # units with too few cases to be on any board


def boards(report: Report, before: Report) -> Boards:
    """Both by unit, and by the same version: else one would compare two rulers."""
    assert report.asked.group == before.asked.group == ("unit",)
    assert report.formula == before.formula
    rules = report.formula.boards
    units = [line for line in report.lines if line.key[0] is not None]
    ranked = [line for line in units if line.is_ranked]
    best = _sorted(ranked, _efficiency, reverse=True)
    worst = _sorted(ranked, _efficiency)
    return Boards(
        red=[it for it in best if it.value >= rules.red_from][: rules.most],
        black=[it for it in worst if it.value < rules.black_below][: rules.most],
        progress=_progress(best, before)[: rules.most],
        buck_passing=_buck_passing(units, report.formula),
        unranked=len(units) - len(ranked),
    )


def _efficiency(line: Line) -> float | None:
    return line.efficiency.value


def _sorted(
    lines: Sequence[Line], value: Callable[[Line], float | None], *, reverse: bool = False
) -> list[Place]:
    places = [Place(line, it) for line in lines if (it := value(line)) is not None]
    return sorted(places, key=lambda it: (-it.value if reverse else it.value, it.unit or ""))


def _progress(places: Sequence[Place], before: Report) -> list[Place]:
    was = {
        line.key[0]: line.efficiency.value
        for line in before.lines
        if line.is_ranked and line.efficiency.value is not None
    }
    better = [
        Place(it.line, it.value, was[it.unit])
        for it in places
        if it.unit in was and it.value - was[it.unit] >= before.formula.boards.progress_by
    ]
    return sorted(better, key=_gain, reverse=True)


def _gain(place: Place) -> float:
    assert place.before is not None
    return place.value - place.before


def _buck_passing(units: Sequence[Line], formula: Formula) -> list[Place]:
    """A unit is ranked here by what it was sent, not by what was due."""
    enough = [
        line for line in units if line.passed.passing.dispatched >= formula.publishing.rank_from
    ]
    return [it for it in _sorted(enough, lambda it: it.passed.index, reverse=True) if it.value > 0]
