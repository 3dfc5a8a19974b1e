"""Public pages: one's own case, last month's buck-passing board, panel reviews, open data."""

import threading
from datetime import datetime, timedelta

from fastapi import APIRouter, Response

from backend.clock import SHANGHAI, now
from backend.database import Database
from backend.measures.boards import Boards, boards
from backend.measures.city_units import City
from backend.measures.periods import month_of
from backend.measures.query import MeasureQuery
from backend.measures.report import Report, measure
from backend.measures.versions import formulas
from backend.reviews import service as reviews
from backend.reviews.published import results
from backend.reviews.sampling import METHOD
from backend.web.inputs import RowId
from backend.web.pages import PageRoute, page
from backend.web.public.campaigns import campaign_routes
from backend.web.public.consultations import consultation_routes
from backend.web.public.open_data import open_data_routes
from backend.web.public.own_case import own_case_routes
from backend.web.public.panel import panel_routes
from backend.web.public.privacy import privacy_routes

BOARD_LIFE = timedelta(minutes=10)  # a reload does not compute the board again


def public_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/public", route_class=PageRoute, include_in_schema=False)
    routes.include_router(panel_routes(database))
    routes.include_router(open_data_routes(database))
    routes.include_router(own_case_routes(database))
    routes.include_router(campaign_routes(database))
    routes.include_router(consultation_routes(database))
    routes.include_router(privacy_routes(database))
    board = Board(database)

    @routes.get("/boards")
    def show_board() -> Response:
        report, boards, city = board.at(now())
        return page("public_board.html", report=report, boards=boards, city=city)

    @routes.get("/reviews")
    def show_reviews() -> Response:
        with database.begin() as session:
            published = reviews.list_reviews(session, published=True)
            return page("public_reviews.html", reviews=published)

    @routes.get("/reviews/{review_id}")
    def show_review(review_id: RowId) -> Response:
        with database.begin() as session:
            review = reviews.by_id(session, review_id, published=True)
            formula = formulas().of(review.first)
            return page(
                "public_review.html",
                review=review,
                method=METHOD,
                sample_size=reviews.progress(session, review).drawn,
                results=results(session, review, formula.publishing.suppress_below),
                least_grades=formula.publishing.suppress_below,
                city=City.read(session),
            )

    return routes


class Board:
    """Last month's board, computed again when it is older than BOARD_LIFE."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._last: tuple[Report, Boards, City] | None = None

    def at(self, moment: datetime) -> tuple[Report, Boards, City]:
        with self._lock:
            if self._last is None or moment - self._last[0].at > BOARD_LIFE:
                self._last = self._compute(moment)
            return self._last

    def _compute(self, moment: datetime) -> tuple[Report, Boards, City]:
        period = month_of(moment.astimezone(SHANGHAI).date()).before
        formula = formulas().of(period.first)
        with self._database.begin() as session:
            report = measure(session, MeasureQuery(period, ("unit",)), formula, moment)
            earlier = measure(session, MeasureQuery(period.before, ("unit",)), formula, moment)
            return report, boards(report, earlier), City.read(session)
