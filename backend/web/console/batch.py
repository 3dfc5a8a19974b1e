"""Dispatches the cases that were ticked in a list: first a preview, then one button sends them.

The page after it recalls the whole batch, as far as no unit has signed.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.clock import now
from backend.database import Database
from backend.desk.batch_dispatch import (
    MOST_AT_ONCE,
    DispatchResult,
    DispatchRow,
    dispatch_each,
    recall_each,
)
from backend.errors import BadInput
from backend.models.units import Unit
from backend.staff.permissions import require
from backend.vocabulary.case_lifecycle import Action
from backend.web.console import evidence
from backend.web.console.auth import Posted, posted_in
from backend.web.console.batch_rows import PreviewRow, dispatch_rows, preview_rows
from backend.web.console.case_list import Intake, list_page
from backend.web.console.pages import ConsoleRoute
from backend.web.console.queue import waiting_count
from backend.web.pages import page

TICK_PREFIX = "pick:"  # of a box's field name; the case's number follows
UNIT_PREFIX = "unit:"  # of the field with a case's unit


def batch_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/cases/dispatch-batch", route_class=ConsoleRoute)

    @routes.post("")
    def preview(posted: Annotated[Posted, Depends(posted_in(database))]) -> Response:
        picked = [
            name.removeprefix(TICK_PREFIX) for name in posted.form if name.startswith(TICK_PREFIX)
        ]
        words = posted.form.get("unit_asked", "")
        try:
            with database.begin() as session:
                _must_be_picked(posted, picked)
                rows = preview_rows(session, posted.staff, picked, words)
                return _preview_page(session, posted, rows)
        except BadInput as problem:
            return _back_at_the_list(database, posted, picked, problem)

    @routes.post("/send")
    def send(posted: Annotated[Posted, Depends(posted_in(database))]) -> Response:
        units = _fields(posted, UNIT_PREFIX)
        with database.begin() as session:
            _must_be_picked(posted, units)
            rows, problems = dispatch_rows(session, units)
            if problems or not rows:
                again = preview_rows(session, posted.staff, units, "", units, problems)
                return _preview_page(session, posted, again, nothing_chosen=not problems)
        return _results_page(
            database, posted, dispatch_each(database, posted.staff, rows, now=now()), "派单"
        )

    @routes.post("/recall")
    def recall(posted: Annotated[Posted, Depends(posted_in(database))]) -> Response:
        units = _fields(posted, UNIT_PREFIX)
        _must_be_picked(posted, units)
        rows = [DispatchRow(case_no, unit) for case_no, unit in units.items()]
        results = recall_each(database, posted.staff, rows, now=now())
        return _results_page(database, posted, results, "撤回")

    return routes


def _fields(posted: Posted, prefix: str) -> dict[str, str]:
    """Case number -> the value of its field."""
    return {
        name.removeprefix(prefix): value
        for name, value in posted.form.items()
        if name.startswith(prefix)
    }


def _must_be_picked(posted: Posted, picked: Iterable[str]) -> None:
    """Raises NotAllowed or BadInput."""
    require(posted.staff, Action.DISPATCH)
    if not 0 < len(list(picked)) <= MOST_AT_ONCE:
        raise BadInput(f"请先勾选工单，一次最多 {MOST_AT_ONCE} 件")


def _preview_page(
    session: Session, posted: Posted, rows: list[PreviewRow], *, nothing_chosen: bool = False
) -> Response:
    has_problem = nothing_chosen or any(row.problem for row in rows if row.is_dispatchable)
    return page(
        "batch_preview.html",
        status=400 if has_problem else 200,
        visitor=posted.visitor,
        waiting=waiting_count(session, posted.visitor),
        rows=rows,
        nothing_chosen=nothing_chosen,
        evidence=evidence,
        notice="",
    )


def _results_page(
    database: Database, posted: Posted, results: list[DispatchResult], verb: str
) -> Response:
    with database.begin() as session:
        return page(
            "batch.html",
            visitor=posted.visitor,
            waiting=waiting_count(session, posted.visitor),
            results=results,
            verb=verb,
            unit_names=_names(session, (result.unit for result in results)),
            notice="",
        )


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


def _names(session: Session, codes: Iterable[str | None]) -> Mapping[str, str]:
    condition = Unit.code.in_({code for code in codes if code})
    rows = session.execute(select(Unit.code, Unit.name).where(condition))
    return {row.code: row.name for row in rows}
