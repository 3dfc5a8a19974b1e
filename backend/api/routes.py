"""The HTTP API for staff and for other programs."""

from fastapi import APIRouter

from backend.api.call_backs import call_back_routes
from backend.api.cases import case_routes
from backend.api.conversations import conversation_routes
from backend.api.freshness import freshness_routes
from backend.api.knowledge import knowledge_routes
from backend.api.measures import measure_routes
from backend.api.new_case import new_case_routes
from backend.api.sources import source_routes
from backend.api.tokens import token_routes
from backend.api.units import unit_routes
from backend.database import Database


def api_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/api/v1")
    parts = (token_routes, case_routes, conversation_routes, unit_routes, knowledge_routes)
    for part in (*parts, freshness_routes):
        routes.include_router(part(database))
    for part in (call_back_routes, measure_routes, new_case_routes, source_routes):
        routes.include_router(part(database))
    return routes
