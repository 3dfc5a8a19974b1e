"""Search of units."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends

from backend.database import Database
from backend.models.units import Unit
from backend.units.search import search_units
from backend.web.api.auth import signed_in
from backend.web.inputs import EmptyIsNone, Words

MOST_UNITS = 2000  # more than a city has
Tier = Literal["property", "community", "street", "district", "city"]


def unit_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/units", tags=["units"])

    @routes.get("", dependencies=[Depends(signed_in(database))])
    def list_units(
        q: Words = None, tier: Annotated[Tier | None, EmptyIsNone] = None
    ) -> dict[str, Any]:
        query = search_units(q)
        if tier:
            query = query.where(Unit.tier == tier)
        with database.begin() as session:
            return {"units": [_as_json(row) for row in session.scalars(query.limit(MOST_UNITS))]}

    return routes


def _as_json(row: Unit) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "tier": row.tier,
        "unit_type": row.unit_type,
        "parent": row.parent_code,
        "area": row.area_code,
        "working_hours": row.working_hours or None,
        "deputies": [code for code in row.deputies.split("|") if code],
        "population": row.population,
        "checked": row.checked.isoformat() if row.checked else None,
    }
