"""「驾驶舱」 in three panels: the whole, the government and the residents (S52, S53, S60)."""

import logging
import threading
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from backend.alerts.service import list_alerts
from backend.clock import SHANGHAI, now
from backend.database import Database, Unavailable
from backend.deadlines.city import calendar
from backend.desk import case_search
from backend.errors import BadFilter
from backend.measures.boards import Boards, boards
from backend.measures.city_units import City
from backend.measures.labels import label_of
from backend.measures.periods import Period, month_of, require_year
from backend.measures.query import MeasureQuery
from backend.measures.report import Report, measure
from backend.measures.versions import formulas
from backend.models.cases import Case
from backend.overview import lists
from backend.overview.campaigns import ProgressCache, list_campaigns
from backend.overview.numbers import NUMBERS, in_units, live_numbers
from backend.overview.trend import DAYS, FILTERS, grid, trend
from backend.ratings.notices import list_notices
from backend.staff.visibility import units_of, visible_cases
from backend.topics.lists import hot_topics
from backend.vocabulary.case_lifecycle import Status
from backend.vocabulary.grades import NoticeState
from backend.web.console.auth import Visitor, visitor_of
from backend.web.console.frame import desk_page
from backend.web.console.pages import ConsoleRoute
from backend.web.inputs import Page, Words
from backend.web.measure_query import scope_of

log = logging.getLogger(__name__)

HERE = "/console/cockpit"
TOPICS, LONGEST_WAITING, ALERTS = 10, 5, 5
MEASURES_LIFE = timedelta(minutes=5)  # a wall screen does not compute the month again and again
_LIST_PARAMETERS = frozenset({"number", "first", "last", "page", "settled", *FILTERS})

Units = frozenset[str] | None


def cockpit_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/cockpit", route_class=ConsoleRoute)
    here = Depends(visitor_of(database))
    months, progress = Months(database), ProgressCache()

    @routes.get("")
    def show(visitor: Annotated[Visitor, here], wall: bool = False) -> Response:
        with database.begin() as session:
            units, scope = scope_of(session, visitor.staff)
            report, ranked = months.of(units, now())
            context = _context(session, visitor, units)
            return desk_page(
                session,
                visitor,
                "cockpit.html",
                label_of=label_of,
                scope=scope,
                wall=wall,
                report=report,
                boards=ranked,
                campaigns=progress.of(session, list_campaigns(session, running=True), now()),
                **context,
            )

    routes.include_router(_list_routes(database))
    return routes


def _list_routes(database: Database) -> APIRouter:
    routes = APIRouter(route_class=ConsoleRoute)
    here = Depends(visitor_of(database))

    @routes.get("/cases")
    def show_cases(
        request: Request,
        visitor: Annotated[Visitor, here],
        *,
        number: Words = None,
        first: Words = None,
        last: Words = None,
        settled: bool = False,
        page: Page = None,
    ) -> Response:
        parameters = dict(request.query_params)
        if unknown := set(parameters) - _LIST_PARAMETERS:
            raise BadFilter(f"不认识“{sorted(unknown)[0][:50]}”")
        with database.begin() as session:
            units, scope = scope_of(session, visitor.staff)
            if number:
                condition = lists.live_condition(number, units, now())
                label = NUMBERS[number].label
            else:
                filters = {name: parameters[name] for name in FILTERS if parameters.get(name)}
                days = _day(first), _day(last or first)
                condition = lists.counted_condition(
                    units, first=days[0], last=days[1], settled=settled, filters=filters
                )
                city = City.read(session)
                named = [label_of(name, value, city) for name, value in filters.items()]
                label = "，".join(
                    [f"{days[0]} 到 {days[1]}", *named, "办结的" if settled else "来的"]
                )
            return list_page(
                session, visitor, condition, f"{scope}：{label}", page or 1, parameters
            )

    return routes


def _day(text: str | None) -> date:
    """Raises BadFilter."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        raise BadFilter("日期写成 2026-11-30") from None
    require_year(day.year)
    return day


@dataclass(frozen=True)
class _Month:
    at: datetime
    report: Report
    boards: Boards


class Months:
    """This month's measures by scope.

    When they are older than MEASURES_LIFE the page still shows them, with their time, while they
    are computed again beside it: over a million cases that takes seconds.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._last: dict[tuple[Units, Period], _Month] = {}
        self._running: set[tuple[Units, Period]] = set()

    def of(self, units: Units, moment: datetime) -> tuple[Report, Boards]:
        key = units, month_of(moment.astimezone(SHANGHAI).date())
        with self._lock:
            last = self._last.get(key)
            is_old = last is not None and not timedelta(0) <= moment - last.at < MEASURES_LIFE
            begins = is_old and key not in self._running
            if begins:
                self._running.add(key)
        if begins:
            threading.Thread(target=self._renew, args=(key, moment), daemon=True).start()
        if last is None:
            last = self._compute(key, moment)
        return last.report, last.boards

    def _renew(self, key: tuple[Units, Period], moment: datetime) -> None:
        try:
            self._compute(key, moment)
        except Unavailable:
            log.warning("PostgreSQL is not reachable; the cockpit keeps its last measures")
        finally:
            with self._lock:
                self._running.discard(key)

    def _compute(self, key: tuple[Units, Period], moment: datetime) -> _Month:
        units, period = key
        formula = formulas().of(period.first)
        query = MeasureQuery(period, ("unit",), units=units)
        with self._database.begin() as session:
            report = measure(session, query, formula, moment)
            before = measure(session, replace(query, period=period.before), formula, moment)
        month = _Month(moment, report, boards(report, before))
        with self._lock:
            self._last = {other: last for other, last in self._last.items() if other[1] == period}
            self._last[key] = month
        return month


def _context(session: Session, visitor: Visitor, units: Units) -> dict[str, Any]:
    at = now()
    today = at.astimezone(SHANGHAI).date()
    first = today - timedelta(days=DAYS - 1)
    visible = visible_cases(visitor.staff)
    superiors = frozenset(session.scalars(units_of(visitor.staff)))
    notices = list_notices(session, superiors, NoticeState.LATE, most=TOPICS)
    return {
        "live": live_numbers(session, units, at),
        "numbers": NUMBERS,
        "trend": trend(session, units, last=today, calendar=calendar()),
        "grid": grid(session, units, first=first, last=today),
        "first": first,
        "today": today,
        "alerts": list_alerts(session, visitor.staff, is_open=True, most=ALERTS),
        "topics": hot_topics(session, visible, most=TOPICS),
        "longest": _longest_unsigned(session, units),
        "late_notices": len(notices),
        "city": City.read(session),
    }


def _longest_unsigned(session: Session, units: Units) -> list[Case]:
    query = select(Case).where(Case.status == Status.DISPATCHED, in_units(units))
    return case_search.one_page(session, query.order_by(Case.sign_by), 1).cases[:LONGEST_WAITING]


def list_page(
    session: Session,
    visitor: Visitor,
    condition: ColumnElement[bool],
    label: str,
    number: int,
    parameters: dict[str, str],
    *,
    address: str = f"{HERE}/cases",
) -> Response:
    """A page of the cases behind a number, with a link that makes a campaign of its filters."""
    visible = visible_cases(visitor.staff).where(condition)
    total = case_search.count(session, select(Case).where(condition))
    listed = case_search.one_page(session, visible.order_by(Case.id.desc()), number)

    def page_address(to: int) -> str:
        return f"{address}?{urlencode(parameters | {'page': str(to)})}"

    return desk_page(
        session,
        visitor,
        "cockpit_cases.html",
        label_of=label_of,
        label=label,
        total=total,
        elsewhere=total - case_search.count(session, visible),
        cases=listed.cases,
        number=number,
        has_more=listed.has_more,
        page_address=page_address,
        campaign_filters=urlencode({k: v for k, v in parameters.items() if k in FILTERS}),
    )
