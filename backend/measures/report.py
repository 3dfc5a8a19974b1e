"""All measures of a period, grouped as queried, under one version of the formula."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from backend.measures.buck_passing import Workload, indices
from backend.measures.buck_passing_events import BuckPassingCounts, count_buck_passing
from backend.measures.city_units import City, MeasuredUnit
from backend.measures.count_queries import GroupKey, city_satisfaction, count_cases
from backend.measures.formula import Formula
from backend.measures.panel_scores import panel_scores
from backend.measures.query import MONTH, MeasureQuery
from backend.measures.rates import Rate, total
from backend.measures.report_lines import BuckPassingTotals, Line, LineBuilder


@dataclass(frozen=True)
class Report:
    query: MeasureQuery
    formula: Formula
    at: datetime
    lines: tuple[Line, ...]  # empty if the query has no group
    whole: Line  # all matching cases
    city_mean: float | None  # satisfaction share of the city, used for shrinking
    router: Rate  # dispatches by the router whose return was accepted


def measure(session: Session, query: MeasureQuery, formula: Formula, now: datetime) -> Report:
    if MONTH in query.group:
        return _by_month(session, query, formula, now)
    # Set for this transaction only: the ratings of a month then fit into memory.
    session.execute(text("SET LOCAL work_mem = '64MB'"))
    city = City.read(session)
    counts = count_cases(session, query, city, formula.satisfaction, now)
    totals = _buck_passing_totals(city, formula, count_buck_passing(session, query, now))
    if query.covers_all_units:
        mean = total(key_counts.satisfaction_rate for key_counts in counts.values()).share
    else:
        mean = city_satisfaction(session, query, formula.satisfaction, now).share
    panel = _panel(city, panel_scores(session, query.period))
    builder = LineBuilder(query, city, formula, mean, panel)
    lines = builder.lines(counts, totals) if query.group else ()
    whole = builder.whole(counts, totals)
    return Report(query, formula, now, lines, whole, mean, _router_mistakes(whole))


def _router_mistakes(whole: Line) -> Rate:
    """A return may be accepted in a later period than its dispatch, hence the `min`."""
    counts = whole.buck_passing.counts
    return Rate(min(counts.router_mistakes, counts.by_router), counts.by_router)


def _by_month(session: Session, query: MeasureQuery, formula: Formula, now: datetime) -> Report:
    """One report per month, plus one for the whole period: indices of months do not add up."""
    place, rest = query.group.index(MONTH), query.without_month()
    lines = []
    for month in query.period.months:
        report = measure(session, rest.with_period(month), formula, now)
        for line in report.lines if rest.group else (report.whole,):
            key = (*line.key[:place], f"{month.first:%Y-%m}", *line.key[place:])
            lines.append(replace(line, key=key))
    whole = measure(session, replace(query, group=()), formula, now)
    return replace(whole, query=query, lines=tuple(lines))


def _panel(city: City, scores: Mapping[str, Rate]) -> Mapping[str, Rate]:
    """Scores by current unit: those of a closed unit are added to its successor's."""
    rates: dict[str, Rate] = defaultdict(Rate)
    for code, rate in scores.items():
        unit = city.current_unit(code)
        if unit is not None:
            rates[unit.code] += rate
    return rates


def _buck_passing_totals(
    city: City, formula: Formula, counts: Mapping[GroupKey, BuckPassingCounts]
) -> dict[GroupKey, BuckPassingTotals]:
    """Totals by current unit and case dimensions.

    Expected cases are computed over all units, separately for each combination of case
    dimensions.
    """
    by_dimensions: dict[GroupKey, dict[str, BuckPassingCounts]] = defaultdict(
        lambda: defaultdict(BuckPassingCounts)
    )
    units: dict[str, MeasuredUnit] = {}
    for (code, *dimensions), key_counts in counts.items():
        unit = city.current_unit(code)
        if unit is not None:
            units[unit.code] = unit
            by_dimensions[tuple(dimensions)][unit.code] += key_counts
    totals = {}
    for dimension_key, by_unit in by_dimensions.items():
        workloads = [_workload(units[code], unit_counts) for code, unit_counts in by_unit.items()]
        for code, index in indices(workloads, formula.buck_passing).items():
            totals[(code, *dimension_key)] = BuckPassingTotals(
                by_unit[code], index.points, index.expected
            )
    return totals


def _workload(unit: MeasuredUnit, counts: BuckPassingCounts) -> Workload:
    return Workload(
        unit.code,
        unit.peer_group,
        unit.population,
        dispatched=counts.dispatched,
        refused_returns=counts.refused_returns,
        repeat_bounces=counts.repeat_bounces,
        unsigned_minutes=counts.unsigned_minutes,
    )
