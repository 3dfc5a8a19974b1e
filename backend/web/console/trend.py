"""「民意趋势」: volumes by day and week, of a domain, district, kind or channel (S54, S57)."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Response

from backend.clock import SHANGHAI, now
from backend.database import Database
from backend.deadlines.city import calendar
from backend.errors import BadFilter
from backend.measures.labels import known_values
from backend.measures.query import DIMENSIONS
from backend.overview.trend import trend
from backend.web.console.auth import Visitor, visitor_of
from backend.web.console.pages import ConsoleRoute
from backend.web.console.queue import waiting_count
from backend.web.inputs import Words
from backend.web.measure_query import scope_of
from backend.web.pages import page

CHOICES = ("domain", "district", "kind", "channel")
MOST_WEEKS = 52


def trend_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/cockpit/trend", route_class=ConsoleRoute)

    @routes.get("")
    def show(
        visitor: Annotated[Visitor, Depends(visitor_of(database))],
        domain: Words = None,
        district: Words = None,
        kind: Words = None,
        channel: Words = None,
        weeks: Words = None,
    ) -> Response:
        values = dict(zip(CHOICES, (domain, district, kind, channel), strict=True))
        filters = {name: _require(name, value) for name, value in values.items() if value}
        number = _weeks(weeks)
        with database.begin() as session:
            units, scope = scope_of(session, visitor.staff)
            today = now().astimezone(SHANGHAI).date()
            days = trend(
                session,
                units,
                last=today,
                calendar=calendar(),
                filters=filters,
                days=7 * number,
            )
            return page(
                "trend.html",
                visitor=visitor,
                waiting=waiting_count(session, visitor),
                notice="",
                scope=scope,
                days=days,
                weeks=number,
                filters=filters,
                choices={name: known_values(name) for name in CHOICES},
                labels=DIMENSIONS,
                more=f"&{urlencode(filters)}" if filters else "",
            )

    return routes


def _require(name: str, value: str) -> str:
    """Raises BadFilter."""
    if value not in known_values(name):
        raise BadFilter(f"{DIMENSIONS[name]}里没有“{value[:50]}”")
    return value


def _weeks(text: str | None) -> int:
    """Raises BadFilter."""
    if text is None:
        return 4
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text[:4]) <= MOST_WEEKS:
        raise BadFilter(f"周数填 1 到 {MOST_WEEKS}")
    return int(text)
