from fastapi import APIRouter

from backend.database import Database


def api_routes(database: Database) -> APIRouter:
    return APIRouter(prefix="/api/v1")
