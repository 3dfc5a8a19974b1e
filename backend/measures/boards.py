"""The three boards (三榜) and the buck-passing board, computed from a report by unit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from backend.measures.formula import Formula
from backend.measures.report import Report
from backend.measures.report_lines import Line


@dataclass(frozen=True)
class BoardEntry:
    line: Line
    value: float
    before: float | None = None  # value of the previous period; set on the progress board only

    @property
    def unit(self) -> str | None:
        return self.line.key[0]

    def is_alert(self, formula: Formula) -> bool:
        """True if the buck-passing index exceeds its threshold; other boards have none."""
        return self.value > formula.buck_passing.alert_over


@dataclass(frozen=True)
class Boards:
    red: Sequence[BoardEntry]
    black: Sequence[BoardEntry]
    progress: Sequence[BoardEntry]
    buck_passing: Sequence[BoardEntry]  # every ranked unit with an index above 0, worst first
    unranked: int  # units with too few cases for any board


def boards(report: Report, before: Report) -> Boards:
    """Boards of a period; `before` is the report of the previous period.

    Both reports are grouped by unit and use the same formula, so that values are comparable.
    """
    assert report.query.group == before.query.group == ("unit",)
    assert report.formula == before.formula
    rules = report.formula.boards
    units = [line for line in report.lines if line.key[0] is not None]
    ranked = [line for line in units if line.is_ranked]
    best = _sorted(ranked, _efficiency, reverse=True)
    worst = _sorted(ranked, _efficiency)
    return Boards(
        red=[entry for entry in best if entry.value >= rules.red_from][: rules.most],
        black=[entry for entry in worst if entry.value < rules.black_below][: rules.most],
        progress=_progress(best, before)[: rules.most],
        buck_passing=_buck_passing(units, report.formula),
        unranked=len(units) - len(ranked),
    )


def _efficiency(line: Line) -> float | None:
    return line.efficiency.value


def _buck_passing_index(line: Line) -> float | None:
    return line.buck_passing.index


def _sorted(
    lines: Sequence[Line], value_of: Callable[[Line], float | None], *, reverse: bool = False
) -> list[BoardEntry]:
    """Entries of the lines that have a value, lowest first, or highest first if `reverse`."""
    entries = [BoardEntry(line, value) for line in lines if (value := value_of(line)) is not None]
    sign = -1 if reverse else 1
    return sorted(entries, key=lambda entry: (sign * entry.value, entry.unit or ""))


def _progress(entries: Sequence[BoardEntry], before: Report) -> list[BoardEntry]:
    earlier = {
        line.key[0]: line.efficiency.value
        for line in before.lines
        if line.is_ranked and line.efficiency.value is not None
    }
    threshold = before.formula.boards.progress_by
    better = [
        BoardEntry(entry.line, entry.value, earlier[entry.unit])
        for entry in entries
        if entry.unit in earlier and entry.value - earlier[entry.unit] >= threshold
    ]
    return sorted(better, key=_gain, reverse=True)


def _gain(entry: BoardEntry) -> float:
    assert entry.before is not None
    return entry.value - entry.before


def _buck_passing(units: Sequence[Line], formula: Formula) -> list[BoardEntry]:
    """Units with enough dispatched cases; the other boards require enough due cases."""
    least = formula.publishing.rank_from
    enough = [line for line in units if line.buck_passing.counts.dispatched >= least]
    entries = _sorted(enough, _buck_passing_index, reverse=True)
    return [entry for entry in entries if entry.value > 0]
