"""Dispatches the cases that were ticked in a list."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.clock import now
from backend.database import Database
from backend.desk.batch_dispatch import MOST_AT_ONCE, DispatchRow, dispatch_each
from backend.desk.case_file import visible_case
from backend.errors import BadInput, NotFound
from backend.models.staff import StaffAccount
from backend.models.units import Unit
from backend.web.console.auth import Posted, posted_in
from backend.web.console.candidates import candidates, only_match
from backend.web.console.case_list import Intake, list_page
from backend.web.console.pages import ConsoleRoute
from backend.web.console.queue import waiting_count
from backend.web.pages import page

TICK_PREFIX = "pick:"  # of a box's field name; the case's number follows


def batch_routes(database: Database) -> APIRouter:
    routes = APIRouter(route_class=ConsoleRoute)

    @routes.post("/cases/dispatch-batch")
    def dispatch(posted: Annotated[Posted, Depends(posted_in(database))]) -> Response:
        picked = [
            name.removeprefix(TICK_PREFIX) for name in posted.form if name.startswith(TICK_PREFIX)
        ]
        try:
            with database.begin() as session:
                dispatches = _dispatches(session, posted, picked)
        except BadInput as problem:
            return _back_at_the_list(database, posted, picked, problem)
        results = dispatch_each(database, posted.staff, dispatches, now=now())
        with database.begin() as session:
            return page(
                "batch.html",
                visitor=posted.visitor,
                waiting=waiting_count(session, posted.visitor),
                results=results,
                unit_names=_names(session, (result.unit for result in results)),
                notice="",
            )

    return routes


def _dispatches(session: Session, posted: Posted, picked: list[str]) -> list[DispatchRow]:
    """Each ticked case with its unit: the typed one, else the router's. Raises BadInput."""
    if not 0 < len(picked) <= MOST_AT_ONCE:
        raise BadInput(f"请先勾选工单，一次最多 {MOST_AT_ONCE} 件")
    words = posted.form.get("unit_asked", "")
    chosen = only_match(session, words) if words else None
    return [
        DispatchRow(number, chosen or _suggested(session, posted.staff, number))
        for number in picked
    ]


def _back_at_the_list(
    database: Database, posted: Posted, picked: list[str], problem: BadInput
) -> Response:
    form = posted.form
    number = form.get("page", "")
    with database.begin() as session:
        return list_page(
            session,
            posted.visitor,
            form.get("tab", ""),
            form.get("q") or None,
            Intake(),
            int(number) if number.isdecimal() and 0 < len(number) < 5 else 1,
            problem=problem,
            picked=picked,
            unit_asked=form.get("unit_asked", ""),
        )


def _suggested(session: Session, staff: StaffAccount, case_no: str) -> str | None:
    """The router's first candidate; None leaves the case where it is."""
    try:
        units = candidates(session, visible_case(session, staff, case_no))
    except NotFound:
        return None
    return units[0].unit.code if units else None


def _names(session: Session, codes: Iterable[str | None]) -> dict[str, str]:
    condition = Unit.code.in_({code for code in codes if code})
    rows = session.execute(select(Unit.code, Unit.name).where(condition))
    return {row.code: row.name for row in rows}
