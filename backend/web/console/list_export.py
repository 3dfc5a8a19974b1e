"""A whole list as a spreadsheet or a page to print; a list that is too long is refused."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session, joinedload

from backend.clock import SHANGHAI, now
from backend.database import Database
from backend.desk.case_search import count, worst_first
from backend.desk.case_sheet import as_xlsx
from backend.desk.case_views import VIEWS, CaseView
from backend.errors import BadInput
from backend.models.cases import Case
from backend.staff.accounts import audit
from backend.web.console.auth import Visitor, visitor_of
from backend.web.console.case_list import audit_filters, list_query
from backend.web.console.list_address import ListAddress, address_in
from backend.web.console.pages import ConsoleRoute
from backend.web.console.queue import waiting_count
from backend.web.measure_sheet import XLSX
from backend.web.pages import page

MOST_EXPORTED, MOST_PRINTED = 5000, 500


def list_export_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/cases", route_class=ConsoleRoute)
    here = Depends(visitor_of(database))
    address_here = Depends(address_in)

    @routes.get("/export")
    def export(
        visitor: Annotated[Visitor, here], address: Annotated[ListAddress, address_here]
    ) -> Response:
        with database.begin() as session:
            cases = _all(session, visitor, address, MOST_EXPORTED)
            content = as_xlsx(cases)
        name = f"minhu-{now().astimezone(SHANGHAI):%Y%m%d-%H%M}.xlsx"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(content, media_type=XLSX, headers=headers)

    @routes.get("/print")
    def print_list(
        visitor: Annotated[Visitor, here], address: Annotated[ListAddress, address_here]
    ) -> Response:
        with database.begin() as session:
            cases = _all(session, visitor, address, MOST_PRINTED)
            return page(
                "cases_print.html",
                visitor=visitor,
                waiting=waiting_count(session, visitor),
                tab=_view(address),
                address=address,
                cases=cases,
                notice="",
            )

    return routes


def _view(address: ListAddress) -> CaseView:
    return VIEWS.get(address.tab) or VIEWS["all"]


def _all(session: Session, visitor: Visitor, address: ListAddress, most: int) -> list[Case]:
    """All cases of the list, audited. Raises BadInput for more than `most`."""
    view = _view(address)
    query = list_query(visitor, address, view)
    total = count(session, query)
    if total > most:
        raise BadInput(f"有 {total} 件，一次最多 {most} 件。请先按单位、区县或期限筛一筛")
    audit_filters(session, visitor, address)
    audit(session, visitor.staff, "export_cases", view.key, now=now(), cases=total)
    related = map(joinedload, (Case.unit, Case.resident, Case.lead, Case.assignee))
    return list(session.scalars(worst_first(query, view, visitor.staff).options(*related)))
