"""「三榜」: the best, the worst, the most improved, and who passes the buck (S37, S45)."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from backend.database import Database
from backend.web.console.auth import Visitor, visitor_of
from backend.web.console.frame import desk_page
from backend.web.console.measures import measure_context
from backend.web.console.pages import ConsoleRoute
from backend.web.measure_query import Parameters, by_unit, measure_request, report_and_boards


def board_routes(database: Database) -> APIRouter:
    routes = APIRouter(route_class=ConsoleRoute)
    here = Depends(visitor_of(database))

    @routes.get("/boards")
    def show_boards(visitor: Annotated[Visitor, here], parameters: Parameters) -> Response:
        with measure_request(database, visitor.staff, parameters) as (session, city, request):
            request = by_unit(request)
            report, boards = report_and_boards(session, request)
            return desk_page(
                session,
                visitor,
                "boards.html",
                report=report,
                boards=boards,
                **measure_context(request, city),
            )

    return routes
