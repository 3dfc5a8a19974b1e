"""Cases for another platform, by its field list; for administrators of the centre."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from backend.clock import now
from backend.database import Database
from backend.desk.exchange import export_after, field_list
from backend.errors import NotAllowed
from backend.models.staff import Role, StaffAccount
from backend.staff.accounts import audit
from backend.vocabulary.typed_text import LARGEST_BIG_ID
from backend.web.api.auth import signed_in


def exchange_routes(database: Database) -> APIRouter:
    routes = APIRouter(tags=["sources"])
    signed = Depends(signed_in(database))

    @routes.get("/exchange")
    def hand_over(
        staff: Annotated[StaffAccount, signed],
        after: Annotated[int, Query(ge=0, le=LARGEST_BIG_ID)] = 0,
    ) -> dict[str, Any]:
        """Up to 500 cases that changed after a cursor; `key` is the field to upsert by."""
        if Role(staff.role) is not Role.ADMIN or staff.unit.parent_code is not None:
            raise NotAllowed("只有市中心的系统管理员能导出")
        fields = field_list()
        with database.begin() as session:
            batch = export_after(session, after)
            audit(session, staff, "exchange", f"after {after}: {len(batch.rows)}", now=now())
        version = {"version": fields.version, "key": fields.key, "fields": list(fields.fields)}
        return {**version, "rows": batch.rows, "next": batch.cursor}

    return routes
