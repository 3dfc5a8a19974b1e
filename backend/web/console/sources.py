"""「来源」: which sources have been heard from, what was not taken, and how cases come in."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from backend.clock import now
from backend.database import Database
from backend.sources import ledger
from backend.sources.registry import source
from backend.sources.standing import SHARES_OVER, shares, standings
from backend.staff.permissions import require_sees_sources
from backend.vocabulary.labels import CHANNEL_LABELS
from backend.web.console.auth import Visitor, visitor_of
from backend.web.console.pages import PageRoute, page
from backend.web.console.queue import waiting_count

MOST_REJECTS = 200


def source_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/sources", route_class=PageRoute)
    here = Depends(visitor_of(database))

    @routes.get("")
    def show_all(visitor: Annotated[Visitor, here]) -> Response:
        require_sees_sources(visitor.staff)
        at = now()
        with database.begin() as session:
            return page(
                "sources.html",
                visitor=visitor,
                waiting=waiting_count(session, visitor),
                notice="",
                standings=standings(session, now=at),
                shares=shares(session, since=at - SHARES_OVER),
                labels=CHANNEL_LABELS,
                days=SHARES_OVER.days,
            )

    @routes.get("/{code}/rejects")
    def show_rejects(code: str, visitor: Annotated[Visitor, here]) -> Response:
        require_sees_sources(visitor.staff)
        of = source(code)
        with database.begin() as session:
            return page(
                "source_rejects.html",
                visitor=visitor,
                waiting=waiting_count(session, visitor),
                notice="",
                source=of,
                rejects=ledger.rejects_of(session, of.code, most=MOST_REJECTS),
                total=ledger.total_rejected(session, of.code),
            )

    return routes
