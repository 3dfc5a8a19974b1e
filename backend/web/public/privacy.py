"""What is stored about residents, in plain words; the privacy notice leads here."""

from datetime import timedelta

from fastapi import APIRouter, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.database import Database
from backend.models.units import Unit
from backend.privacy.register import register
from backend.settings import settings
from backend.texts.cases import CENTRE
from backend.texts.privacy import VERSION
from backend.web.pages import PageRoute, page


def privacy_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/privacy", route_class=PageRoute)

    @routes.get("")
    def show() -> Response:
        with database.begin() as session:
            centre = _centre(session)
        return page(
            "public_privacy.html",
            version=VERSION,
            centre=centre,
            recording_days=settings().keep_recordings_days,
            question_days=_days("unanswered_questions"),
            audit_years=3,
        )

    return routes


def _centre(session: Session) -> str:
    """The name of the office that answers for the data."""
    query = select(Unit.name).where(Unit.parent_code.is_(None)).order_by(Unit.code).limit(1)
    return session.scalar(query) or CENTRE.plain


def _days(table: str) -> int:
    return (register()[table].delete_after or timedelta()).days
