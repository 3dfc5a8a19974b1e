"""「测评」: the measures as tables; every number opens the list of cases behind it (S60)."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session

from backend.clock import now
from backend.database import Database
from backend.measures.city_units import City
from backend.measures.efficiency import PART_LABELS
from backend.measures.labels import label_of
from backend.measures.notes import NOTES
from backend.measures.periods import Period, parse
from backend.measures.query import DIMENSIONS, NONE
from backend.measures.rates import wilson
from backend.measures.report import measure
from backend.measures.report_lines import Line
from backend.measures.versions import formulas
from backend.web.console.auth import Visitor, visitor_of
from backend.web.console.pages import ConsoleRoute
from backend.web.console.queue import waiting_count
from backend.web.inputs import Page, Words
from backend.web.measure_query import Given, Question, asked_in, cases_behind
from backend.web.measure_sheet import sheet_response
from backend.web.pages import page

HERE = "/console/measures"
GROUPS = {name: label for name, label in DIMENSIONS.items() if name != "first_contact"}


def measure_routes(database: Database) -> APIRouter:
    routes = APIRouter(route_class=ConsoleRoute)
    here = Depends(visitor_of(database))
    asking = Annotated[Given, Depends(Given)]

    @routes.get("/measures")
    def show(visitor: Annotated[Visitor, here], given: asking) -> Response:
        with asked_in(database, visitor.staff, given, group="unit") as (session, city, asked):
            report = measure(session, asked.asked, asked.formula, now())
            return _page(session, visitor, "measures.html", report=report, **shown(asked, city))

    @routes.get("/measures/cases")
    def show_cases(
        visitor: Annotated[Visitor, here],
        given: asking,
        number: Words = None,
        at: Annotated[int | None, Depends(_page_number)] = None,
    ) -> Response:
        with asked_in(database, visitor.staff, given, "number", "page") as (session, city, asked):
            found = cases_behind(session, visitor.staff, asked, number or "", at or 1, city=city)
            about = _about_cases(asked, found["number"], city)
            return _page(session, visitor, "measure_cases.html", found=found, **about)

    @routes.get("/measures/sheet")
    def sheet(visitor: Annotated[Visitor, here], given: asking, format: Words = None) -> Response:
        return sheet_response(database, visitor.staff, given, format or "csv")

    return routes


def _page(session: Session, visitor: Visitor, template: str, **more: Any) -> Response:
    waiting = waiting_count(session, visitor)
    return page(template, visitor=visitor, waiting=waiting, notice="", **more)


def _about_cases(asked: Question, number: str, city: City) -> dict[str, Any]:
    """What the list of cases says above it, and where its pages lead."""

    def turned(to: int) -> str:
        return _address("/cases", asked, {"number": number, "page": str(to)})

    return {"said": _said(asked, city), "back": _address("", asked), "turned": turned}


def _page_number(page: Page = None) -> int | None:
    return page


def shown(asked: Question, city: City) -> dict[str, Any]:
    """What the templates call: names for the codes, and where a number leads."""
    period = asked.asked.period
    return {
        "asked": asked.asked,
        "formula": asked.formula,
        "version": asked.version,
        "versions": formulas().versions,
        "scope": asked.scope,
        "said": _said(asked, city),
        "groups": GROUPS,
        "dimensions": DIMENSIONS,
        "parts": PART_LABELS,
        "notes": NOTES,
        "named": lambda name, code: label_of(name, code, city),
        "leads": lambda line, number: _leads(asked, line, number),
        "interval": lambda rate: wilson(rate, asked.formula.publishing.z),
        "sheet": lambda format: _address("/sheet", asked, {"format": format}),
        "before": _with_period(asked, period.before),
    }


def _leads(asked: Question, line: Line, number: str) -> str:
    """To the cases behind a number of this line."""
    key = dict(zip(asked.asked.group, line.key, strict=False))
    month = key.pop("month", None)
    more = {name: value or NONE for name, value in key.items()}
    if month:
        more["period"] = str(_common(asked.asked.period, parse(month)))
    return _address("/cases", asked, more | {"number": number})


def _common(one: Period, other: Period) -> Period:
    return Period(max(one.first, other.first), min(one.after, other.after))


def _address(path: str, asked: Question, more: dict[str, str] | None = None) -> str:
    said = {"period": str(asked.asked.period), **asked.asked.filters}
    if asked.version:
        said["version"] = asked.version
    return f"{HERE}{path}?{urlencode(said | (more or {}))}"


def _with_period(asked: Question, period: Period) -> str:
    group = ",".join(asked.asked.group)
    return _address("", asked, {"period": str(period), "group": group})


def _said(asked: Question, city: City) -> str:
    """What it is of, in words."""
    narrowed = [label_of(name, value, city) for name, value in asked.asked.filters.items()]
    return "，".join([asked.scope, *narrowed, str(asked.asked.period)])
