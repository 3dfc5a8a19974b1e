"""The HTTP API for staff and for other programs."""

from collections.abc import Collection

from fastapi import APIRouter

from backend.attachments.storage import AttachmentFolder
from backend.database import Database
from backend.models.staff import Role
from backend.web.api.alerts import alert_routes
from backend.web.api.call_backs import call_back_routes
from backend.web.api.case_visits import visit_routes
from backend.web.api.cases import case_routes
from backend.web.api.conversations import conversation_routes
from backend.web.api.exchange import exchange_routes
from backend.web.api.freshness import freshness_routes
from backend.web.api.knowledge import knowledge_routes
from backend.web.api.likes import like_routes
from backend.web.api.low_ratings import low_rating_routes
from backend.web.api.measures import measure_routes
from backend.web.api.new_case import new_case_routes
from backend.web.api.sources import source_routes
from backend.web.api.tokens import token_routes
from backend.web.api.topics import topic_routes
from backend.web.api.units import unit_routes


def api_routes(
    database: Database, folder: AttachmentFolder, *, code_roles: Collection[Role] = ()
) -> APIRouter:
    """`code_roles` are the roles that need a second factor."""
    routes = APIRouter(prefix="/api/v1")
    routes.include_router(token_routes(database, code_roles))
    routes.include_router(visit_routes(database, folder))
    parts = (case_routes, conversation_routes, unit_routes, knowledge_routes)
    for part in (*parts, freshness_routes, low_rating_routes):
        routes.include_router(part(database))
    for part in (
        call_back_routes,
        measure_routes,
        new_case_routes,
        source_routes,
        exchange_routes,
        like_routes,
        topic_routes,
        alert_routes,
    ):
        routes.include_router(part(database))
    return routes
