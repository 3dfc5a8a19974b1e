"""Measures and boards over HTTP, and the cases behind each number."""

from collections.abc import Sequence
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
from backend.web.measure_query import (
    Parameters,
    by_unit,
    cases_behind,
    measure_request,
    report_and_boards,
)
from backend.web.measure_sheet import sheet_response


def measure_routes(database: Database) -> APIRouter:
    formulas()  # a bad formula file stops the start with one line
    routes = APIRouter(tags=["measures"])
    signed = Depends(signed_in(database))

    @routes.get("/measures")
    def show_measures(
        staff: Annotated[StaffAccount, signed], parameters: Parameters
    ) -> dict[str, Any]:
        """Rates with numerator and denominator, `period` 2026-11, `group` up to two of unit,
        tier, unit_type, first_contact, district, street, kind, domain, channel, month."""
        with measure_request(database, staff, parameters) as (session, city, request):
            report = measure(session, request.query, request.formula, now())
            return measure_json.whole(report, city, request.scope)

    @routes.get("/measures/cases")
    def list_behind(
        staff: Annotated[StaffAccount, signed],
        parameters: Parameters,
        number: Words = None,
        page: Page = None,
    ) -> dict[str, Any]:
        """The cases behind one number, as far as the caller may see them."""
        with measure_request(database, staff, parameters, "number", "page") as (
            session,
            city,
            request,
        ):
            listing = cases_behind(session, staff, request, number or "", page or 1, city=city)
            return listing | {"cases": [case_json.line(case) for case in listing["cases"]]}

    @routes.get("/measures/sheet")
    def sheet(
        staff: Annotated[StaffAccount, signed], parameters: Parameters, format: Words = None
    ) -> Response:
        """The units' score sheet: `format` csv or xlsx."""
        return sheet_response(database, staff, parameters, format or "csv")

    routes.include_router(_board_routes(database))
    return routes


def _board_routes(database: Database) -> APIRouter:
    routes = APIRouter()
    signed = Depends(signed_in(database))

    @routes.get("/boards")
    def show_boards(
        staff: Annotated[StaffAccount, signed], parameters: Parameters
    ) -> dict[str, Any]:
        """The red, black and progress boards, and that of the buck-passing index."""
        with measure_request(database, staff, parameters) as (session, city, request):
            report, boards = report_and_boards(session, by_unit(request))
            return _boards(report, boards, city, request.scope)

    @routes.get("/measures/versions", dependencies=[signed])
    def versions() -> dict[str, Any]:
        """Every version of the formula that there has been, in full."""
        return {"versions": [one.model_dump(mode="json") for one in formulas().versions.values()]}

    return routes


def _boards(report: Report, boards: Boards, city: City, scope: str) -> dict[str, Any]:
    formula = report.formula

    def entries(board: Sequence[BoardEntry]) -> list[dict[str, Any]]:
        return [_entry(entry, report, city) for entry in board]

    return {
        "period": str(report.query.period),
        "scope": scope,
        **measure_json.version(formula),
        "thresholds": formula.boards.model_dump()
        | {
            "rank_from": formula.publishing.rank_from,
            "alert_over": formula.buck_passing.alert_over,
        },
        "red": entries(boards.red),
        "black": entries(boards.black),
        "progress": entries(boards.progress),
        "buck_passing": [
            fields | {"alert": entry.is_alert(formula)}
            for fields, entry in zip(entries(boards.buck_passing), boards.buck_passing, strict=True)
        ],
        "unranked": boards.unranked,
    }


def _entry(entry: BoardEntry, report: Report, city: City) -> dict[str, Any]:
    before = {} if entry.before is None else {"before": measure_json.rounded(entry.before)}
    line = measure_json.line(entry.line, report.query.group, city, report.formula)
    return {"unit": line["key"]["unit"], "value": measure_json.rounded(entry.value), **before} | {
        "line": line
    }
