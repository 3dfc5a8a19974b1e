"""Units and articles that were not checked for too long (S76).

The limits are in `data/time_limits.yml`.
"""

from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter, Depends
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backend.clock import SHANGHAI, now
from backend.database import Database
from backend.deadlines.city import time_limits
from backend.models.knowledge import ArticleRow
from backend.models.units import Unit
from backend.web.api.auth import signed_in


def freshness_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/freshness", tags=["freshness"])

    @routes.get("", dependencies=[Depends(signed_in(database))])
    def list_stale() -> dict[str, Any]:
        """Units and articles that were checked too long ago, or never; the oldest first."""
        today, limits = now().astimezone(SHANGHAI).date(), time_limits().stale_after
        before = {kind: today - timedelta(days=days) for kind, days in limits.items()}
        with database.begin() as session:
            return {
                "stale_after_days": limits,
                "units": _stale_units(session, before["units"]),
                "articles": _stale_articles(session, before["articles"]),
            }

    return routes


def _stale_units(session: Session, before: date) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Unit.code, Unit.name, Unit.checked)
        .where(Unit.active, or_(Unit.checked.is_(None), Unit.checked < before))
        .order_by(Unit.checked.nulls_first(), Unit.code)
    )
    return [_line(code, name, checked) for code, name, checked in rows]


def _stale_articles(session: Session, before: date) -> list[dict[str, Any]]:
    rows = session.execute(
        select(ArticleRow.id, ArticleRow.title, ArticleRow.checked)
        .where(ArticleRow.checked < before)
        .order_by(ArticleRow.checked, ArticleRow.id)
    )
    return [_line(article_id, title, checked) for article_id, title, checked in rows]


def _line(code: str, name: str, checked: date | None) -> dict[str, Any]:
    return {"code": code, "name": name, "checked": checked.isoformat() if checked else None}
