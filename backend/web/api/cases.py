"""Cases: lists, one case, steps, and dispatching several at once."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field, WithJsonSchema

from backend.clock import now
from backend.database import Database
from backend.desk import case_search
from backend.desk.batch_dispatch import MOST_AT_ONCE, DispatchRow, dispatch_each, recall_each
from backend.desk.case_file import file_of, visible_case
from backend.desk.case_search import CaseFilter
from backend.desk.case_views import VIEWS
from backend.desk.search_log import audit_search
from backend.desk.steps import StepRequest, parse_action, take
from backend.models.cases import Case
from backend.models.staff import StaffAccount
from backend.staff.permissions import MAY
from backend.vocabulary.case_lifecycle import Status
from backend.vocabulary.step_details import schema_of
from backend.vocabulary.typed_text import Line
from backend.web.api import case_json
from backend.web.api.auth import signed_in
from backend.web.inputs import EmptyIsNone, Page, Words
from nlu.vocabulary import Kind

# A dispatch takes what `Dispatch` says, and so on; `desk.steps.take` reads it.
StepBody = Annotated[
    dict[str, Any] | None,
    WithJsonSchema({"anyOf": [schema_of(action) for action in MAY]}),
]


class BatchRow(BaseModel):
    case_no: Line
    unit: Line | None = None


class BatchIn(BaseModel):
    """`unit` counts for the rows without a unit."""

    cases: Annotated[list[BatchRow], Field(min_length=1, max_length=MOST_AT_ONCE)]
    unit: Line | None = None


def _case_filter(
    *,
    status: Annotated[Status | None, EmptyIsNone] = None,
    unit: Words = None,
    kind: Annotated[Kind | None, EmptyIsNone] = None,
    overdue: Annotated[bool | None, EmptyIsNone] = None,
    closing: Annotated[bool | None, EmptyIsNone] = None,
    for_deputy: Annotated[bool | None, EmptyIsNone] = None,
    q: Words = None,
    source: Words = None,
    channel: Words = None,
) -> CaseFilter:
    return CaseFilter(
        statuses=frozenset({status} if status else ()),
        unit=unit,
        kind=kind,
        overdue=overdue,
        closing=closing,
        view=VIEWS["deputy"] if for_deputy else None,
        words=q,
        source=source,
        channel=channel,
    )


def case_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/cases", tags=["cases"])
    signed = Depends(signed_in(database))

    @routes.get("")
    def list_cases(
        staff: Annotated[StaffAccount, signed],
        case_filter: Annotated[CaseFilter, Depends(_case_filter)],
        page: Page = None,
    ) -> dict[str, Any]:
        return _list(database, staff, case_filter, page or 1)

    @routes.get("/{case_no}")
    def show_case(case_no: str, staff: Annotated[StaffAccount, signed]) -> dict[str, Any]:
        with database.begin() as session:
            case = visible_case(session, staff, case_no)
            return case_json.whole(file_of(session, staff, case, now=now()))

    @routes.post("/dispatch-batch")
    def dispatch_batch(staff: Annotated[StaffAccount, signed], body: BatchIn) -> dict[str, Any]:
        """Take one step a row; some may succeed while others are refused."""
        rows = [DispatchRow(row.case_no, row.unit or body.unit) for row in body.cases]
        results = dispatch_each(database, staff, rows, now=now())
        return {"results": [asdict(row) | {"done": row.error is None} for row in results]}

    @routes.post("/recall-batch")
    def recall_batch(staff: Annotated[StaffAccount, signed], body: BatchIn) -> dict[str, Any]:
        """Recall dispatches. A row with a unit is refused when another unit has the case now."""
        rows = [DispatchRow(row.case_no, row.unit or body.unit) for row in body.cases]
        results = recall_each(database, staff, rows, now=now())
        return {"results": [asdict(row) | {"done": row.error is None} for row in results]}

    @routes.post("/{case_no}/{action}")
    def take_step(
        case_no: str,
        action: str,
        staff: Annotated[StaffAccount, signed],
        body: StepBody = None,
    ) -> dict[str, Any]:
        """The steps and facts of docs/lifecycle.md, which lists the fields that each takes.

        403: not this role or unit. 409: not now.
        """
        with database.begin() as session:
            request = StepRequest(case_no, parse_action(action), body or {})
            case = take(session, staff, request, now=now())
            return case_json.whole(file_of(session, staff, case, now=now()))

    return routes


def _list(
    database: Database, staff: StaffAccount, case_filter: CaseFilter, page: int
) -> dict[str, Any]:
    query = case_search.matching(staff, case_filter, now=now())
    with database.begin() as session:
        audit_search(session, staff, case_filter.words, now=now())
        case_page = case_search.one_page(session, query.order_by(Case.id.desc()), page)
        total = case_search.count(session, query)
        return {
            "cases": [case_json.line(case) for case in case_page.cases],
            "page": page,
            "total": total,
        }
