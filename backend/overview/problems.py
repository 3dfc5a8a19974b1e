"""Common problems (S58) and season hints (S50), from the cases.

A common problem is the same matter in several units and areas over months, with how it was
answered and how residents rated each answer. A hint is what came back at the same time of year.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, cast, func, literal_column, select, text, true
from sqlalchemy.orm import Session

from backend.models.cases import Case
from backend.models.ratings import Rating
from backend.vocabulary.outcomes import OUTCOME_LABELS, Outcome
from nlu.city.loaded import power_list

MONTHS = 6
FEWEST_UNITS, FEWEST_AREAS, FEWEST_MONTHS, FEWEST_CASES = 3, 3, 2, 10
MOST = 20
AHEAD = timedelta(days=30)
YEARS = 2  # periods that a hint needs
FEWEST_IN_SEASON, TIMES_USUAL = 5, 2.0

Units = frozenset[str] | None
Seasons = Sequence[tuple[date, date]]


@dataclass(frozen=True)
class Answered:
    """How many were answered so, and how residents rated that."""

    outcome: str
    cases: int
    rated: int
    satisfied: int


@dataclass(frozen=True)
class CommonProblem:
    item: str
    title: str
    cases: int
    units: int
    areas: int
    months: int
    answers: Sequence[Answered]


@dataclass(frozen=True)
class SeasonHint:
    """Cases of a matter in a district in the same weeks of the years before, beside the usual."""

    item: str
    title: str
    district: str
    first: date  # the weeks that come
    last: date
    counts: tuple[int, ...]  # one a year, the last year first
    usual: tuple[float, ...]  # in as many days of that year
    places: tuple[str, ...]  # where most of them were


def common_problems(session: Session, units: Units, *, last: date) -> list[CommonProblem]:
    """Of the MONTHS before `last`, the most cases first."""
    since = last - timedelta(days=30 * MONTHS)
    within = and_(_day(Case.registered_at) >= since, _day(Case.registered_at) < last)
    own = true() if units is None else Case.unit_code.in_(units)
    month = func.date_trunc(
        literal_column("'month'"),
        func.timezone(literal_column("'Asia/Shanghai'"), Case.registered_at),
    )
    counts = (
        func.count().label("cases"),
        func.count(Case.unit_code.distinct()).label("units"),
        func.count(Case.street_code.distinct()).label("areas"),
        func.count(month.distinct()).label("months"),
    )
    rows = session.execute(
        select(Case.power_item_code, *counts)
        .where(within, own, _IS_COUNTED)
        .group_by(Case.power_item_code)
        .having(
            and_(
                counts[0] >= FEWEST_CASES,
                counts[1] >= FEWEST_UNITS,
                counts[2] >= FEWEST_AREAS,
                counts[3] >= FEWEST_MONTHS,
            )
        )
        .order_by(counts[0].desc(), Case.power_item_code)
        .limit(MOST)
    ).all()
    answers = _answers(session, [row[0] for row in rows if row[0]], and_(within, own))
    return [
        CommonProblem(item, title_of(item), cases, unit_count, areas, months, answers.get(item, []))
        for item, cases, unit_count, areas, months in rows
        if item
    ]


_IS_COUNTED = and_(
    Case.power_item_code.is_not(None),
    Case.kind != "praise",
    func.coalesce(Case.outcome, "") != Outcome.WITHDRAWN,
)


def _answers(
    session: Session, items: Sequence[str], condition: ColumnElement[bool]
) -> dict[str, list[Answered]]:
    """By item: each outcome with its ratings, the most frequent first."""
    if not items:
        return {}
    rows = session.execute(
        select(
            Case.power_item_code,
            Case.outcome,
            func.count(),
            func.count(Rating.id),
            func.count().filter(Rating.score >= 3),
        )
        .outerjoin(Rating, and_(Rating.case_id == Case.id, Rating.round == Case.round))
        .where(Case.power_item_code.in_(items), Case.outcome.is_not(None), condition, _IS_COUNTED)
        .group_by(Case.power_item_code, Case.outcome)
        .order_by(func.count().desc())
    )
    answers: dict[str, list[Answered]] = {}
    for item, outcome, *numbers in rows:
        label = OUTCOME_LABELS[Outcome(str(outcome))]
        answers.setdefault(str(item), []).append(Answered(label, *numbers))
    return answers


def season_hints(session: Session, units: Units, *, today: date) -> list[SeasonHint]:
    """Matters that came much more often than usual in these weeks of both years before.

    A hint needs YEARS whole years of cases, FEWEST_IN_SEASON cases in each of them, and
    TIMES_USUAL the mean of as many days of that year.
    """
    own = true() if units is None else Case.unit_code.in_(units)
    seasons = [_season(today, year) for year in range(1, YEARS + 1)]
    columns = [func.count().filter(_between(first, last)) for first, last in seasons] + [
        func.count().filter(_between(last - timedelta(days=365), last)) for _, last in seasons
    ]
    since = seasons[-1][1] - timedelta(days=365)
    oldest = session.scalar(select(func.min(_day(Case.registered_at))))
    if oldest is None or oldest > since:
        return []
    rows = session.execute(
        select(Case.power_item_code, Case.district_code, *columns)
        .where(_day(Case.registered_at) >= since, own, _IS_COUNTED, Case.district_code.is_not(None))
        .group_by(Case.power_item_code, Case.district_code)
        .having(and_(*(column >= FEWEST_IN_SEASON for column in columns[:YEARS])))
    ).all()
    hints = [_hint(session, today, row, seasons) for row in rows]
    return sorted((hint for hint in hints if hint), key=lambda hint: -sum(hint.counts))[:MOST]


def _hint(session: Session, today: date, row: Sequence[Any], seasons: Seasons) -> SeasonHint | None:
    item, district, *numbers = row
    counts, years = numbers[:YEARS], numbers[YEARS:]
    share = AHEAD.days / 365
    usual = tuple(round(year * share, 1) for year in years)
    is_season = all(
        count >= TIMES_USUAL * expected for count, expected in zip(counts, usual, strict=True)
    )
    if not is_season:
        return None
    return SeasonHint(
        item,
        title_of(item),
        district,
        today,
        today + AHEAD,
        tuple(counts),
        usual,
        _places(session, item, district, seasons),
    )


def _places(session: Session, item: str, district: str, seasons: Seasons) -> tuple[str, ...]:
    """The communities or streets with the most of these cases."""
    place = func.coalesce(
        Case.location[("community", "name")].astext, Case.location[("street", "name")].astext
    )
    either = _between(*seasons[0])
    for season in seasons[1:]:
        either = either | _between(*season)
    rows = session.execute(
        select(place, func.count())
        .where(Case.power_item_code == item, Case.district_code == district, either, _IS_COUNTED)
        .where(place.is_not(None))
        .group_by(place)
        .order_by(func.count().desc(), place)
        .limit(3)
    )
    return tuple(name for name, count in rows if count >= 2)


def _season(today: date, years: int) -> tuple[date, date]:
    """The same weeks, `years` years ago (364 days are whole weeks)."""
    first = today - timedelta(days=364 * years)
    return first, first + AHEAD


def _between(first: date, last: date) -> ColumnElement[bool]:
    return and_(_day(Case.registered_at) >= first, _day(Case.registered_at) < last)


def _day(moment: Any) -> ColumnElement[date]:
    return cast(func.timezone(text("'Asia/Shanghai'"), moment), Date)


def title_of(item: str) -> str:
    known_item = power_list().by_code.get(item)
    return known_item.title if known_item else item
