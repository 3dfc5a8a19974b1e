"""Progress of the published campaigns, for everybody."""

from fastapi import APIRouter, Response

from backend.clock import now
from backend.database import Database
from backend.overview.campaigns import ProgressCache, list_campaigns
from backend.overview.open_data import FEWEST
from backend.web.pages import PageRoute, page


def campaign_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/campaigns", route_class=PageRoute)
    cache = ProgressCache()

    @routes.get("")
    def show() -> Response:
        with database.begin() as session:
            progresses = cache.of(session, list_campaigns(session, published=True), now())
            return page("public_campaigns.html", progresses=progresses, fewest=FEWEST)

    return routes
