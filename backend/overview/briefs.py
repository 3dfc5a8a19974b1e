"""The brief of a week or month (S94): the console's numbers beside those of the period before.

It also says what the last brief promised, and what became of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from backend.deadlines.typed_day import typed_day
from backend.errors import BadInput, Conflict, NotFound
from backend.measures.boards import Boards, boards
from backend.measures.city_units import City
from backend.measures.periods import Period, month_of
from backend.measures.query import MeasureQuery
from backend.measures.rates import Rate
from backend.measures.report import Report, measure
from backend.measures.score_sheet import Cell
from backend.measures.versions import formulas
from backend.models.alerts import Alert
from backend.models.briefs import BriefPromise
from backend.models.cases import Case
from backend.models.rollups import CaseDay
from backend.models.topics import Topic
from backend.overview.problems import CommonProblem, common_problems
from backend.topics.lists import hot_topics
from backend.units.search import active_unit

LONGEST_TEXT = 500
OUTCOMES = {"done": "做到了", "partly": "做到一部分", "failed": "没做到"}
TOPICS, DISTRICTS, PROBLEMS = 5, 5, 5

Units = frozenset[str] | None


@dataclass(frozen=True)
class Volume:
    registered: int
    settled: int


@dataclass(frozen=True)
class Growth:
    """Cases of a district or domain, and as many as in the period before."""

    value: str
    cases: int
    before: int


@dataclass(frozen=True)
class Brief:
    period: Period
    volume: Volume
    volume_before: Volume
    report: Report
    report_before: Report
    boards: Boards
    districts: Sequence[Growth]
    domains: Sequence[Growth]
    topics: Sequence[Topic]  # as they are now
    alerts: int
    problems: Sequence[CommonProblem]
    earlier_promises: Sequence[BriefPromise]  # of earlier briefs, that were open in the period
    promises: Sequence[BriefPromise]  # of this brief

    @property
    def rates(self) -> Iterator[tuple[str, Rate, Rate]]:
        """Label, the rate of the period, and of the period before."""
        now, before = self.report.whole.counts, self.report_before.whole.counts
        yield "按期办结", now.on_time_rate, before.on_time_rate
        yield "按期联系", now.response_rate, before.response_rate
        yield "满意", now.satisfaction_rate, before.satisfaction_rate
        yield "解决", now.resolution_rate, before.resolution_rate
        yield "重办", now.reopen_share, before.reopen_share


def last_week(today: date) -> Period:
    """The last whole week, from Monday."""
    monday = today - timedelta(days=today.weekday() + 7)
    return Period(monday, monday + timedelta(days=7))


def last_month(today: date) -> Period:
    return month_of(today).before


def brief(
    session: Session, period: Period, units: Units, visible: Select[Case], *, now: datetime
) -> Brief:
    """`units` are those that the caller may see, `visible` the cases."""
    formula = formulas().of(period.first)
    query = MeasureQuery(period, ("unit",), units=units)
    report = measure(session, query, formula, now)
    before = measure(session, replace(query, period=period.before), formula, now)
    return Brief(
        period=period,
        volume=_volume(session, period, units),
        volume_before=_volume(session, period.before, units),
        report=report,
        report_before=before,
        boards=boards(report, before),
        districts=_growth(session, CaseDay.district_code, period, units),
        domains=_growth(session, CaseDay.domain, period, units),
        topics=hot_topics(session, visible, most=TOPICS),
        alerts=_alerts(session, period),
        problems=common_problems(session, units, last=period.after)[:PROBLEMS],
        earlier_promises=_earlier_promises(session, period, units),
        promises=_promises(session, units, BriefPromise.period == str(period)),
    )


def _volume(session: Session, period: Period, units: Units) -> Volume:
    registered, settled = session.execute(
        select(
            func.coalesce(func.sum(CaseDay.registered), 0),
            func.coalesce(func.sum(CaseDay.settled), 0),
        ).where(_within(period), _in_units(units))
    ).one()
    return Volume(int(registered), int(settled))


def _growth(
    session: Session, column: InstrumentedAttribute[str], period: Period, units: Units
) -> list[Growth]:
    """The largest changes first."""
    now, before = (_counts(session, column, each, units) for each in (period, period.before))
    lines = [Growth(name, now.get(name, 0), before.get(name, 0)) for name in {*now, *before}]
    return sorted(lines, key=lambda line: (line.before - line.cases, line.value))[:DISTRICTS]


def _counts(
    session: Session, column: InstrumentedAttribute[str], period: Period, units: Units
) -> dict[str, int]:
    rows = session.execute(
        select(column, func.sum(CaseDay.registered))
        .where(_within(period), _in_units(units), column != "")
        .group_by(column)
    )
    return {value: int(number) for value, number in rows}


def _within(period: Period) -> ColumnElement[bool]:
    return (CaseDay.day >= period.first) & (CaseDay.day < period.after)


def _in_units(units: Units) -> ColumnElement[bool]:
    return true() if units is None else CaseDay.unit_code.in_(units)


def _alerts(session: Session, period: Period) -> int:
    raised = (Alert.raised_at >= period.since) & (Alert.raised_at < period.until)
    return session.scalar(select(func.count()).select_from(Alert).where(raised)) or 0


def _promises(
    session: Session, units: Units, *conditions: ColumnElement[bool]
) -> list[BriefPromise]:
    query = select(BriefPromise).where(*conditions).options(joinedload(BriefPromise.unit))
    if units is not None:
        query = query.where(BriefPromise.unit_code.in_(units))
    return list(session.scalars(query.order_by(BriefPromise.due, BriefPromise.id).limit(200)))


def _earlier_promises(session: Session, period: Period, units: Units) -> list[BriefPromise]:
    """Those made before the period ended that were open in it, or are of the brief before."""
    was_open = or_(BriefPromise.settled_at.is_(None), BriefPromise.settled_at >= period.since)
    of_last = BriefPromise.period == str(period.before)
    return _promises(
        session,
        units,
        BriefPromise.period != str(period),
        or_(of_last, (BriefPromise.made_at < period.until) & was_open),
    )


def promise(
    session: Session,
    period: Period,
    units: frozenset[str],
    *,
    text: str,
    unit: str,
    due: str,
    by: str,
    now: datetime,
) -> BriefPromise:
    """Note a promise from the brief; `units` are those that may promise. Raises BadInput."""
    if not text.strip() or len(text) > LONGEST_TEXT:
        raise BadInput(f"请写答应做什么，最多 {LONGEST_TEXT} 字")
    owner = active_unit(session, unit)
    if owner.code not in units:
        raise BadInput("只能写您管的单位")
    row = BriefPromise(
        period=str(period),
        text=text.strip(),
        unit=owner,
        due=typed_day(due),
        made_at=now,
        made_by=by,
    )
    session.add(row)
    session.flush()
    return row


def settle(
    session: Session,
    promise_id: int,
    units: frozenset[str],
    *,
    outcome: str,
    text: str,
    by: str,
    now: datetime,
) -> BriefPromise:
    """Note what became of a promise. Raises BadInput, Conflict or NotFound."""
    row = session.get(BriefPromise, promise_id, with_for_update={"key_share": True})
    if row is None or row.unit_code not in units:
        raise NotFound("没有这一条承诺")
    if row.outcome is not None:
        raise Conflict("这一条已经写过结果了")
    if outcome not in OUTCOMES or not text.strip() or len(text) > LONGEST_TEXT:
        raise BadInput(f"请选结果，写清怎么样了，最多 {LONGEST_TEXT} 字")
    row.outcome, row.outcome_text = outcome, text.strip()
    row.settled_at, row.settled_by = now, by
    return row


def rows(of: Brief, city: City) -> Iterator[list[Cell]]:
    """The rows of the brief as a sheet."""
    yield ["项目", "本期", "上期", "分子", "分母"]
    yield ["来件", of.volume.registered, of.volume_before.registered, None, None]
    yield ["办结", of.volume.settled, of.volume_before.settled, None, None]
    for label, rate, before in of.rates:
        yield [label, rate.share, before.share, rate.numerator, rate.denominator]
    yield ["预警", of.alerts, None, None, None]
    for name, lines in (("区县", of.districts), ("领域", of.domains)):
        for line in lines:
            yield [f"{name} {line.value}", line.cases, line.before, None, None]
    for topic in of.topics:
        yield [f"热点 {topic.title}", topic.people, None, None, None]
    for problem in of.problems:
        yield [f"共性问题 {problem.title}", problem.cases, None, problem.units, problem.areas]
    for row in (*of.earlier_promises, *of.promises):
        became = OUTCOMES.get(row.outcome or "", "还没有写")
        yield [f"承诺 {city.name_of(row.unit_code)}：{row.text}", became, str(row.due), None, None]
