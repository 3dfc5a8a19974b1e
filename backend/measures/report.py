"""All measures of a period, by whatever was asked for, under one version of the formula."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from backend.measures.buck_passing import Workload, indices
from backend.measures.buck_passing_events import Passing, passing
from backend.measures.city_units import City, MeasuredUnit
from backend.measures.count_queries import Key, city_satisfaction, tallies
from backend.measures.formula import Formula
from backend.measures.panel_scores import panel_scores
from backend.measures.query import MONTH, Asked
from backend.measures.rates import Rate, total
from backend.measures.report_lines import Folding, Line, Passed


@dataclass(frozen=True)
class Report:
    asked: Asked
    formula: Formula
    at: datetime
    lines: tuple[Line, ...]  # none where nothing was split
    whole: Line  # of all that was asked for
    city_mean: float | None  # of satisfaction, that few answers are drawn towards
    router: Rate  # its dispatches whose return was accepted


def measure(session: Session, asked: Asked, formula: Formula, now: datetime) -> Report:
    if MONTH in asked.group:
        return _by_month(session, asked, formula, now)
    # For this transaction: a month's ratings fit into memory, and need not go by way of the disk.
    session.execute(text("SET LOCAL work_mem = '64MB'"))
    city = City.read(session)
    counted = tallies(session, asked, city, formula.satisfaction, now)
    passed = _passed(city, asked, formula, passing(session, asked, now))
    if asked.is_of_all_units:
        mean = total(one.satisfaction_rate for one in counted.values()).share
    else:
        mean = city_satisfaction(session, asked, formula.satisfaction, now).share
    panel = _panel(city, panel_scores(session, asked.period))
    folding = Folding(asked, city, formula, mean, panel)
    lines = folding.lines(counted, passed) if asked.group else ()
    whole = folding.whole(counted, passed)
    sent = whole.passed.passing
    router = Rate(min(sent.router_mistakes, sent.by_router), sent.by_router)
    return Report(asked, formula, now, lines, whole, mean, router)


def _by_month(session: Session, asked: Asked, formula: Formula, now: datetime) -> Report:
    """Each month by itself, and the whole period once more: an index is no sum of months."""
    place, rest = asked.group.index(MONTH), asked.without_month()
    lines = []
    for month in asked.period.months:
        found = measure(session, rest.over(month), formula, now)
        for line in found.lines if rest.group else (found.whole,):
            key = (*line.key[:place], f"{month.first:%Y-%m}", *line.key[place:])
            lines.append(replace(line, key=key))
    whole = measure(session, replace(asked, group=()), formula, now)
    return replace(whole, asked=asked, lines=tuple(lines))


def _panel(city: City, scores: Mapping[str, Rate]) -> Mapping[str, Rate]:
    found: dict[str, Rate] = defaultdict(Rate)
    for code, rate in scores.items():
        unit = city.answers_for(code)
        if unit is not None:
            found[unit.code] += rate
    return found


def _passed(
    city: City, asked: Asked, formula: Formula, counted: Mapping[Key, Passing]
) -> dict[Key, Passed]:
    """The volume to be expected is reckoned among all units, each kind of case by itself."""
    by_rest: dict[Key, dict[str, Passing]] = defaultdict(lambda: defaultdict(Passing))
    units: dict[str, MeasuredUnit] = {}
    for (code, *rest), one in counted.items():
        unit = city.answers_for(code)
        if unit is not None:
            units[unit.code] = unit
            by_rest[tuple(rest)][unit.code] += one
    found = {}
    for rest_key, of_units in by_rest.items():
        workloads = [_workload(units[code], one) for code, one in of_units.items()]
        for code, index in indices(workloads, formula.buck_passing).items():
            found[(code, *rest_key)] = Passed(of_units[code], index.points, index.expected)
    return found


def _workload(unit: MeasuredUnit, one: Passing) -> Workload:
    return Workload(
        unit.code,
        unit.kin,
        unit.population,
        dispatched=one.dispatched,
        refused_returns=one.refused_returns,
        repeat_bounces=one.repeat_bounces,
        unsigned_minutes=one.unsigned_minutes,
    )
