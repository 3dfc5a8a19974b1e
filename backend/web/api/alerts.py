"""Alerts over HTTP, as far as the caller may see them."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from backend.alerts import service
from backend.database import Database
from backend.models.alerts import Alert
from backend.models.staff import StaffAccount
from backend.web.api.auth import signed_in


def alert_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/alerts", tags=["alerts"])
    signed = Depends(signed_in(database))

    @routes.get("")
    def list_alerts(staff: Annotated[StaffAccount, signed], closed: bool = False) -> dict[str, Any]:
        """Alerts that are open, or closed ones, the newest first."""
        with database.begin() as session:
            alerts = service.list_alerts(session, staff, is_open=not closed)
            return {"alerts": [_line(alert) for alert in alerts]}

    return routes


def _line(alert: Alert) -> dict[str, Any]:
    numbers = {k: v for k, v in alert.evidence.items() if k != "cases"}
    return {
        "id": alert.id,
        "kind": alert.kind,
        "state": alert.state,
        "title": alert.title,
        "area": alert.area_code,
        "domain": alert.domain,
        "item": alert.item_code,
        "subject": alert.subject,
        "raised_at": alert.raised_at.isoformat(),
        "calm_at": alert.calm_at.isoformat() if alert.calm_at else None,
        "conclusion": alert.conclusion,
        "evidence": numbers,
    }
