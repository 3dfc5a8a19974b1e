"""Measures and boards over HTTP, and the cases behind each number."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from backend.clock import now
from backend.database import Database
from backend.measures.boards import BoardEntry, Boards
from backend.measures.city_units import City
from backend.measures.report import Report, measure
from backend.measures.versions import formulas
from backend.models.staff import StaffAccount
from backend.web.api import case_json, measure_json
from backend.web.api.auth import signed_in
from backend.web.inputs import Page, Words
from backend.web.measure_query import Given, asked_in, both_periods, by_unit, cases_behind
from backend.web.measure_sheet import sheet_response


def measure_routes(database: Database) -> APIRouter:
    formulas()  # a bad file stops the start, with a sentence
    routes = APIRouter(tags=["measures"])
    signed = Depends(signed_in(database))
    asking = Annotated[Given, Depends(Given)]

    @routes.get("/measures")
    def show_measures(staff: Annotated[StaffAccount, signed], given: asking) -> dict[str, Any]:
        """Rates with numerator and denominator, `period` 2026-11, `group` up to two of unit,
        tier, unit_type, first_contact, district, street, kind, domain, channel, month."""
        with asked_in(database, staff, given) as (session, city, asked):
            report = measure(session, asked.asked, asked.formula, now())
            return measure_json.whole(report, city, asked.scope)

    @routes.get("/measures/cases")
    def list_behind(
        staff: Annotated[StaffAccount, signed],
        given: asking,
        number: Words = None,
        page: Page = None,
    ) -> dict[str, Any]:
        """The cases behind one number, as far as the caller may see them."""
        with asked_in(database, staff, given, "number", "page") as (session, city, asked):
            found = cases_behind(session, staff, asked, number or "", page or 1, city=city)
            return found | {"cases": [case_json.line(case) for case in found["cases"]]}

    @routes.get("/measures/sheet")
    def sheet(
        staff: Annotated[StaffAccount, signed], given: asking, format: Words = None
    ) -> Response:
        """The units' score sheet: `format` csv or xlsx."""
        return sheet_response(database, staff, given, format or "csv")

    @routes.get("/boards")
    def show_boards(staff: Annotated[StaffAccount, signed], given: asking) -> dict[str, Any]:
        """The red, black and progress boards, and that of the buck-passing index."""
        with asked_in(database, staff, given) as (session, city, asked):
            report, found = both_periods(session, by_unit(asked))
            return _boards(report, found, city, asked.scope)

    @routes.get("/measures/versions", dependencies=[signed])
    def versions() -> dict[str, Any]:
        """Every version of the formula that there has been, in full."""
        return {"versions": [it.model_dump(mode="json") for it in formulas().versions.values()]}

    return routes


def _boards(report: Report, found: Boards, city: City, scope: str) -> dict[str, Any]:
    formula = report.formula

    def shown(places: Any) -> list[dict[str, Any]]:
        return [_place(place, report, city) for place in places]

    return {
        "period": str(report.query.period),
        "scope": scope,
        **measure_json.version(formula),
        "thresholds": formula.boards.model_dump()
        | {
            "rank_from": formula.publishing.rank_from,
            "alert_over": formula.buck_passing.alert_over,
        },
        "red": shown(found.red),
        "black": shown(found.black),
        "progress": shown(found.progress),
        "buck_passing": [
            it | {"alert": place.is_alert(formula)}
            for it, place in zip(shown(found.buck_passing), found.buck_passing, strict=True)
        ],
        "unranked": found.unranked,
    }


def _place(place: BoardEntry, report: Report, city: City) -> dict[str, Any]:
    before = {} if place.before is None else {"before": measure_json.rounded(place.before)}
    line = measure_json.line(place.line, report.query.group, city, report.formula)
    return {"unit": line["key"]["unit"], "value": measure_json.rounded(place.value), **before} | {
        "line": line
    }
