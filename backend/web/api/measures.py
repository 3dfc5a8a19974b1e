"""Measures and boards over HTTP, and the cases behind each number."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.clock import now
from backend.database import Database
from backend.desk import case_search
from backend.errors import BadFilter
from backend.measures.behind import LABELS, behind
from backend.measures.boards import Boards, Place, boards
from backend.measures.city import City
from backend.measures.report import Report, measure
from backend.measures.sheet import as_csv, as_xlsx
from backend.measures.versions import formulas
from backend.models.cases import Case
from backend.models.staff import StaffAccount
from backend.staff.accounts import visible_cases
from backend.web.api import case_json, measure_json
from backend.web.api.auth import signed_in
from backend.web.inputs import Page, Words
from backend.web.measure_query import Question, question, refuse_unknown

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Given:
    """What `/measures` and its like may be asked, as it was written."""

    def __init__(
        self,
        request: Request,
        period: Words = None,
        group: Words = None,
        version: Words = None,
        unit: Words = None,
        tier: Words = None,
        unit_type: Words = None,
        first_contact: Words = None,
        district: Words = None,
        street: Words = None,
        kind: Words = None,
        domain: Words = None,
        channel: Words = None,
    ) -> None:
        given = locals()
        self.names = dict(request.query_params)
        self.values: dict[str, str | None] = {
            name: it for name, it in given.items() if name not in ("self", "request")
        }


@contextmanager
def asked_in(
    database: Database, staff: StaffAccount, given: Given, *more: str, group: str = ""
) -> Iterator[tuple[Session, City, Question]]:
    """What was asked, and where to look it up; `group` where none was said. Raises BadFilter."""
    refuse_unknown(given.names, *more)
    values = {**given.values, "group": given.values["group"] or group}
    with database.begin() as session:
        city = City.read(session)
        yield session, city, question(session, staff, values, city=city, now=now())


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


def by_unit(asked: Question) -> Question:
    return replace(asked, asked=replace(asked.asked, group=("unit",)))


def both_periods(session: Session, asked: Question) -> tuple[Report, Boards]:
    """The period and the one before it, under the same version."""
    report = measure(session, asked.asked, asked.formula, now())
    earlier = asked.asked.over(asked.asked.period.before)
    return report, boards(report, measure(session, earlier, asked.formula, now()))


def cases_behind(
    session: Session,
    staff: StaffAccount,
    asked: Question,
    number: str,
    page: int,
    *,
    city: City,
) -> dict[str, Any]:
    """A page of them. What has moved on to others is counted, but not shown. Raises BadFilter."""
    which = behind(number, asked.asked, city, asked.formula, now())
    seen = visible_cases(staff).where(which)
    total = case_search.count(session, select(Case).where(which))
    found = case_search.one_page(session, seen.order_by(Case.id.desc()), page)
    return {
        "number": number,
        "label": LABELS[number],
        "total": total,
        "elsewhere": total - case_search.count(session, seen),
        "page": page,
        "has_more": found.has_more,
        "cases": found.cases,
    }


def sheet_response(database: Database, staff: StaffAccount, given: Given, format: str) -> Response:
    """Raises BadFilter."""
    with asked_in(database, staff, given, "format") as (session, city, question):
        if format not in ("csv", "xlsx"):
            raise BadFilter("成绩单有 csv 和 xlsx 两种")
        asked = by_unit(question)
        report = measure(session, asked.asked, asked.formula, now())
    name = f"minhu-{asked.asked.period}-{asked.formula.version}"
    if format == "xlsx":
        return _file(as_xlsx(report, city), XLSX, f"{name}.xlsx")
    return _file(as_csv(report, city), "text/csv; charset=utf-8", f"{name}.csv")


def _file(content: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


def _boards(report: Report, found: Boards, city: City, scope: str) -> dict[str, Any]:
    formula = report.formula

    def shown(places: Any) -> list[dict[str, Any]]:
        return [_place(place, report, city) for place in places]

    return {
        "period": str(report.asked.period),
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


def _place(place: Place, report: Report, city: City) -> dict[str, Any]:
    before = {} if place.before is None else {"before": measure_json.rounded(place.before)}
    line = measure_json.line(place.line, report.asked.group, city, report.formula)
    return {"unit": line["key"]["unit"], "value": measure_json.rounded(place.value), **before} | {
        "line": line
    }
