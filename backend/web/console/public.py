"""Pages that anybody may read: the buck-passing board of last month, and panel reviews."""

import threading
from datetime import datetime, timedelta

from fastapi import APIRouter, Response

from backend.clock import SHANGHAI, now
from backend.database import Database
from backend.measures.asked import Asked
from backend.measures.boards import Boards, boards
from backend.measures.city import City
from backend.measures.periods import month_of
from backend.measures.report import Report, measure
from backend.measures.versions import formulas
from backend.reviews import service as reviews
from backend.reviews.published import results
from backend.reviews.sampling import METHOD
from backend.web.console.pages import PageRoute, page
from backend.web.console.panel import panel_routes
from backend.web.inputs import RowId

KEPT_FOR = timedelta(minutes=10)  # the board: whoever reloads must not make us count again


def public_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/public", route_class=PageRoute, include_in_schema=False)
    routes.include_router(panel_routes(database))
    board = Board(database)

    @routes.get("/boards")
    def show_board() -> Response:
        report, found, city = board.at(now())
        return page("public_board.html", report=report, boards=found, city=city)

    @routes.get("/reviews")
    def show_reviews() -> Response:
        with database.begin() as session:
            found = reviews.list_reviews(session, published=True)
            return page("public_reviews.html", reviews=found)

    @routes.get("/reviews/{review_id}")
    def show_review(review_id: RowId) -> Response:
        with database.begin() as session:
            review = reviews.by_id(session, review_id, published=True)
            formula = formulas().of(review.first)
            return page(
                "public_review.html",
                review=review,
                method=METHOD,
                drawn=reviews.progress(session, review).drawn,
                results=results(session, review, formula.publishing.suppress_below),
                least=formula.publishing.suppress_below,
                city=City.read(session),
            )

    return routes


class Board:
    """Last month's board, counted anew when the last count is old; the page says how old."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._kept: tuple[Report, Boards, City] | None = None

    def at(self, moment: datetime) -> tuple[Report, Boards, City]:
        with self._lock:
            if self._kept is None or moment - self._kept[0].at > KEPT_FOR:
                self._kept = self._count(moment)
            return self._kept

    def _count(self, moment: datetime) -> tuple[Report, Boards, City]:
        period = month_of(moment.astimezone(SHANGHAI).date()).before
        formula = formulas().of(period.first)
        with self._database.begin() as session:
            report = measure(session, Asked(period, ("unit",)), formula, moment)
            earlier = measure(session, Asked(period.before, ("unit",)), formula, moment)
            return report, boards(report, earlier), City.read(session)
