"""「测评」: the measures as tables; every number opens the list of cases behind it (S60)."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Response

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
from backend.web.console.frame import desk_page
from backend.web.console.pages import ConsoleRoute
from backend.web.inputs import Page, Words
from backend.web.measure_query import (
    MeasureRequest,
    Parameters,
    cases_behind,
    measure_request,
)
from backend.web.measure_sheet import sheet_response

HERE = "/console/measures"
GROUPS = {name: label for name, label in DIMENSIONS.items() if name != "first_contact"}


def measure_routes(database: Database) -> APIRouter:
    routes = APIRouter(route_class=ConsoleRoute)
    here = Depends(visitor_of(database))

    @routes.get("/measures")
    def show(visitor: Annotated[Visitor, here], parameters: Parameters) -> Response:
        with measure_request(database, visitor.staff, parameters, group="unit") as opened:
            session, city, request = opened
            report = measure(session, request.query, request.formula, now())
            context = measure_context(request, city)
            return desk_page(session, visitor, "measures.html", report=report, **context)

    @routes.get("/measures/cases")
    def show_cases(
        visitor: Annotated[Visitor, here],
        parameters: Parameters,
        number: Words = None,
        at: Annotated[int | None, Depends(_page_number)] = None,
    ) -> Response:
        with measure_request(database, visitor.staff, parameters, "number", "page") as opened:
            session, city, request = opened
            listing = cases_behind(
                session, visitor.staff, request, number or "", at or 1, city=city
            )
            context = _list_context(request, listing["number"], city)
            return desk_page(session, visitor, "measure_cases.html", listing=listing, **context)

    @routes.get("/measures/sheet")
    def sheet(
        visitor: Annotated[Visitor, here], parameters: Parameters, format: Words = None
    ) -> Response:
        return sheet_response(database, visitor.staff, parameters, format or "csv")

    return routes


def _list_context(request: MeasureRequest, number: str, city: City) -> dict[str, Any]:
    """The heading of the list of cases, and the addresses of its pages."""

    def page_address(to: int) -> str:
        return _address("/cases", request, {"number": number, "page": str(to)})

    return {
        "scope_text": _scope_text(request, city),
        "back": _address("", request),
        "page_address": page_address,
    }


def _page_number(page: Page = None) -> int | None:
    return page


def measure_context(request: MeasureRequest, city: City) -> dict[str, Any]:
    """Template variables: the request, names of codes, addresses of the cases behind numbers."""
    period = request.query.period
    return {
        "query": request.query,
        "formula": request.formula,
        "version": request.version,
        "versions": formulas().versions,
        "scope": request.scope,
        "scope_text": _scope_text(request, city),
        "groups": GROUPS,
        "dimensions": DIMENSIONS,
        "parts": PART_LABELS,
        "notes": NOTES,
        "label_of": lambda name, code: label_of(name, code, city),
        "cases_address": lambda line, number: _cases_address(request, line, number),
        "interval": lambda rate: wilson(rate, request.formula.publishing.z),
        "sheet": lambda format: _address("/sheet", request, {"format": format}),
        "before": _with_period(request, period.before),
    }


def _cases_address(request: MeasureRequest, line: Line, number: str) -> str:
    """The address of the cases behind a number of this line."""
    key = dict(zip(request.query.group, line.key, strict=False))
    month = key.pop("month", None)
    more = {name: value or NONE for name, value in key.items()}
    if month:
        more["period"] = str(_common(request.query.period, parse(month)))
    return _address("/cases", request, more | {"number": number})


def _common(one: Period, other: Period) -> Period:
    return Period(max(one.first, other.first), min(one.after, other.after))


def _address(path: str, request: MeasureRequest, more: dict[str, str] | None = None) -> str:
    parameters = {"period": str(request.query.period), **request.query.filters}
    if request.version:
        parameters["version"] = request.version
    return f"{HERE}{path}?{urlencode(parameters | (more or {}))}"


def _with_period(request: MeasureRequest, period: Period) -> str:
    group = ",".join(request.query.group)
    return _address("", request, {"period": str(period), "group": group})


def _scope_text(request: MeasureRequest, city: City) -> str:
    """Units, filters and period of the numbers, in words."""
    filters = [label_of(name, value, city) for name, value in request.query.filters.items()]
    return "，".join([request.scope, *filters, str(request.query.period)])
