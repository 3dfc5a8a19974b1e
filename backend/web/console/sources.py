"""「来源」: freshness of sources, rejected rows, and shares of the channels."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from backend.clock import now
from backend.database import Database
from backend.sources import intake_log
from backend.sources.freshness import SHARES_OVER, shares, source_freshness
from backend.sources.registry import source
from backend.staff.permissions import require_sees_sources
from backend.vocabulary.labels import CHANNEL_LABELS
from backend.web.console.auth import Visitor, visitor_of
from backend.web.console.frame import desk_page
from backend.web.console.pages import ConsoleRoute

MOST_REJECTS = 200


def source_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/sources", route_class=ConsoleRoute)
    here = Depends(visitor_of(database))

    @routes.get("")
    def show_all(visitor: Annotated[Visitor, here]) -> Response:
        require_sees_sources(visitor.staff)
        at = now()
        with database.begin() as session:
            return desk_page(
                session,
                visitor,
                "sources.html",
                sources=source_freshness(session, now=at),
                shares=shares(session, since=at - SHARES_OVER),
                labels=CHANNEL_LABELS,
                days=SHARES_OVER.days,
            )

    @routes.get("/{code}/rejects")
    def show_rejects(code: str, visitor: Annotated[Visitor, here]) -> Response:
        require_sees_sources(visitor.staff)
        origin = source(code)
        with database.begin() as session:
            return desk_page(
                session,
                visitor,
                "source_rejects.html",
                source=origin,
                rejects=intake_log.rejects_of(session, origin.code, most=MOST_REJECTS),
                total=intake_log.total_rejected(session, origin.code),
            )

    return routes
