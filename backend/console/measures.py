"""「测评」: the measures as tables; every number opens the list of cases behind it (S60)."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Response

from backend.api.inputs import Page, Words
from backend.api.measure_json import NOTES
from backend.api.measure_labels import label_of
from backend.api.measure_query import Question, question, refuse_unknown
from backend.api.measures import (
    Given,
    cases_behind,
    sheet_response,
)
from backend.clock import now
from backend.console.pages import PageRoute, page
from backend.console.queue import waiting_count
from backend.console.visitors import Visitor, visitor_of
from backend.database import Database
from backend.measures.asked import DIMENSIONS, NONE
from backend.measures.city import City
from backend.measures.efficiency import PART_LABELS
from backend.measures.lines import Line
from backend.measures.periods import Period, parse
from backend.measures.rates import wilson
from backend.measures.report import measure
from backend.measures.versions import formulas

HERE = "/console/measures"
GROUPS = {name: label for name, label in DIMENSIONS.items() if name != "first_contact"}


def measure_routes(database: Database) -> APIRouter:
    routes = APIRouter(route_class=PageRoute)
    here = Depends(visitor_of(database))
    asking = Annotated[Given, Depends(Given)]

    @routes.get("/measures")
    def show(visitor: Annotated[Visitor, here], given: asking) -> Response:
        refuse_unknown(given.names)
        with database.begin() as session:
            city, at = City.read(session), now()
            values = {"group": "unit", **{k: v for k, v in given.values.items() if v}}
            asked = question(session, visitor.staff, values, city=city, now=at)
            return page(
                "measures.html",
                visitor=visitor,
                waiting=waiting_count(session, visitor),
                notice="",
                report=measure(session, asked.asked, asked.formula, at),
                **shown(asked, city),
            )

    @routes.get("/measures/cases")
    def show_cases(
        visitor: Annotated[Visitor, here],
        given: asking,
        number: Words = None,
        page_number: Annotated[int | None, Depends(_page_number)] = None,
    ) -> Response:
        refuse_unknown(given.names, "number", "page")
        with database.begin() as session:
            city = City.read(session)
            asked = question(session, visitor.staff, given.values, city=city, now=now())
            found = cases_behind(
                session, visitor.staff, asked, number or "", page_number or 1, city=city
            )
            return page(
                "measure_cases.html",
                visitor=visitor,
                waiting=waiting_count(session, visitor),
                notice="",
                found=found,
                said=_said(asked, city),
                back=_address("", asked),
                turned=lambda to: _address(
                    "/cases", asked, {"number": found["number"], "page": str(to)}
                ),
            )

    @routes.get("/measures/sheet")
    def sheet(visitor: Annotated[Visitor, here], given: asking, format: Words = None) -> Response:
        refuse_unknown(given.names, "format")
        with database.begin() as session:
            return sheet_response(session, visitor.staff, given.values, format or "csv")

    return routes


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
    said = {"period": str(asked.asked.period), **asked.asked.only}
    if asked.version:
        said["version"] = asked.version
    return f"{HERE}{path}?{urlencode(said | (more or {}))}"


def _with_period(asked: Question, period: Period) -> str:
    group = ",".join(asked.asked.group)
    return _address("", asked, {"period": str(period), "group": group})


def _said(asked: Question, city: City) -> str:
    """What it is of, in words."""
    narrowed = [label_of(name, value, city) for name, value in asked.asked.only.items()]
    return "，".join([asked.scope, *narrowed, str(asked.asked.period)])
