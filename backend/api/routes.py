"""The HTTP API for staff and for other programs."""

from fastapi import APIRouter

from backend.api.cases import case_routes
from backend.api.conversations import conversation_routes
from backend.api.knowledge import knowledge_routes
from backend.api.new_case import new_case_routes
from backend.api.sources import source_routes
from backend.api.tokens import token_routes
from backend.api.units import unit_routes
from backend.database import Database


def api_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/api/v1")
    for part in (token_routes, case_routes, conversation_routes, unit_routes, knowledge_routes):
        routes.include_router(part(database))
    for part in (new_case_routes, source_routes):
        routes.include_router(part(database))
    return routes
