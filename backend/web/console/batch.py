"""Dispatches the cases that were ticked in a list: first a preview, then one button sends them.

The page after it recalls the whole batch, as far as no unit has signed.
"""

from collections.abc import Iterable, Sequence
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Response
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
from backend.desk.case_file import visible_cases_by_number
from backend.errors import BadInput
from backend.staff.permissions import require
from backend.vocabulary.case_lifecycle import Action
from backend.web.console import evidence
from backend.web.console.auth import Posted, Visitor, posted_in, visitor_of
from backend.web.console.batch_rows import (
    PreviewRow,
    batch_rows,
    dispatch_rows,
    preview_rows,
)
from backend.web.console.case_list import list_page
from backend.web.console.list_address import parse
from backend.web.console.pages import HOME, ConsoleRoute
from backend.web.console.queue import waiting_count
from backend.web.pages import go_to, page

TICK_PREFIX = "pick:"  # of a box's field name; the case's number follows
UNIT_PREFIX = "unit:"  # of the field with a case's unit
ADDRESS = f"{HOME}/dispatch-batch"
Rows = Annotated[Sequence[str], Query(max_length=MOST_AT_ONCE)]


def batch_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/cases/dispatch-batch", route_class=ConsoleRoute)

    @routes.post("")
    def preview(posted: Annotated[Posted, Depends(posted_in(database))]) -> Response:
        return _preview(database, posted)

    @routes.post("/send")
    def send(posted: Annotated[Posted, Depends(posted_in(database))]) -> Response:
        return _send(database, posted)

    @routes.get("")
    def show(
        visitor: Annotated[Visitor, Depends(visitor_of(database))],
        sent: Rows = (),
        left: Rows = (),
        recalled: bool = False,
    ) -> Response:
        with database.begin() as session:
            return _batch_page(session, visitor, sent, left, recalled=recalled)

    @routes.post("/recall")
    def recall(posted: Annotated[Posted, Depends(posted_in(database))]) -> Response:
        units = _fields(posted, UNIT_PREFIX)
        _must_be_picked(posted, units)
        rows = [DispatchRow(case_no, unit) for case_no, unit in units.items()]
        recall_each(database, posted.staff, rows, now=now())
        address = urlencode([("recalled", "1"), *_sent_fields(rows)])
        return go_to(f"{ADDRESS}?{address}")

    return routes


def _preview(database: Database, posted: Posted) -> Response:
    picked = list(_fields(posted, TICK_PREFIX))
    words = posted.form.get("unit_asked", "")
    try:
        with database.begin() as session:
            _must_be_picked(posted, picked)
            rows = preview_rows(session, posted.staff, picked, words)
            return _preview_page(session, posted, rows)
    except BadInput as problem:
        return _back_at_the_list(database, posted, picked, problem)


def _send(database: Database, posted: Posted) -> Response:
    """Dispatch all rows with a unit; with a unit that cannot be, none, and the preview again."""
    units = _fields(posted, UNIT_PREFIX)
    with database.begin() as session:
        _must_be_picked(posted, units)
        rows, problems = dispatch_rows(session, units)
        if problems or not rows:
            preview = preview_rows(session, posted.staff, units, "", units, problems)
            return _preview_page(session, posted, preview, nothing_chosen=not problems)
    results = dispatch_each(database, posted.staff, rows, now=now())
    return go_to(_batch_address(results))


def _batch_page(
    session: Session,
    visitor: Visitor,
    sent: Iterable[str],
    left: Iterable[str],
    *,
    recalled: bool,
) -> Response:
    require(visitor.staff, Action.DISPATCH)
    return page(
        "batch.html",
        visitor=visitor,
        waiting=waiting_count(session, visitor),
        rows=batch_rows(session, visitor.staff, _pairs(sent)),
        left=visible_cases_by_number(session, visitor.staff, left),
        notice="撤回了还没签收的。" if recalled else "",
    )


def _batch_address(results: list[DispatchResult]) -> str:
    """The page of a batch: it can be opened again, and shows how the cases stand by then."""
    dispatched_rows = _sent_fields(result for result in results if result.error is None)
    failed_rows = [("left", result.case_no) for result in results if result.error is not None]
    return f"{ADDRESS}?{urlencode([*dispatched_rows, *failed_rows])}"


def _sent_fields(rows: Iterable[DispatchRow | DispatchResult]) -> list[tuple[str, str]]:
    return [("sent", f"{row.case_no}:{row.unit}") for row in rows]


def _pairs(sent: Iterable[str]) -> dict[str, str]:
    """Case number -> code of the unit that it was sent to."""
    parts = [row.partition(":") for row in sent]
    return {case_no: unit for case_no, _, unit in parts}


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


def _back_at_the_list(
    database: Database, posted: Posted, picked: list[str], problem: BadInput
) -> Response:
    address = parse(posted.form.get("list", ""))
    unit_asked = posted.form.get("unit_asked", "")
    with database.begin() as session:
        return list_page(
            session,
            posted.visitor,
            address,
            problem=problem,
            picked=picked,
            unit_asked=unit_asked,
        )
