"""「三榜」: the best, the worst, the most improved, and who passes the buck (S37, S45)."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from backend.database import Database
from backend.web.console.auth import Visitor, visitor_of
from backend.web.console.measures import shown
from backend.web.console.pages import ConsoleRoute
from backend.web.console.queue import waiting_count
from backend.web.measure_query import Given, asked_in, both_periods, by_unit
from backend.web.pages import page


def board_routes(database: Database) -> APIRouter:
    routes = APIRouter(route_class=ConsoleRoute)
    here = Depends(visitor_of(database))
    asking = Annotated[Given, Depends(Given)]

    @routes.get("/boards")
    def show_boards(visitor: Annotated[Visitor, here], given: asking) -> Response:
        with asked_in(database, visitor.staff, given) as (session, city, question):
            asked = by_unit(question)
            report, found = both_periods(session, asked)
            return page(
                "boards.html",
                visitor=visitor,
                waiting=waiting_count(session, visitor),
                notice="",
                report=report,
                boards=found,
                **shown(asked, city),
            )

    return routes
