"""「低分通报」: low ratings, until the superior unit has acknowledged them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from backend.database import Database
from backend.desk.case_file import redact_for_lists
from backend.ratings import notices
from backend.ratings.notices import MOST_SHOWN
from backend.staff.permissions import require_sees_low_ratings
from backend.staff.visibility import units_of
from backend.vocabulary.grades import NoticeState
from backend.web.console import evidence
from backend.web.console.auth import Visitor, visitor_of
from backend.web.console.frame import desk_page
from backend.web.console.pages import ConsoleRoute
from backend.web.inputs import EmptyIsNone


def low_rating_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/low-ratings", route_class=ConsoleRoute)

    @routes.get("")
    def show(
        visitor: Annotated[Visitor, Depends(visitor_of(database))],
        state: Annotated[NoticeState | None, EmptyIsNone] = None,
    ) -> Response:
        require_sees_low_ratings(visitor.staff)
        with database.begin() as session:
            units = frozenset(session.scalars(units_of(visitor.staff)))
            return desk_page(
                session,
                visitor,
                "low_ratings.html",
                states=list(NoticeState),
                state=state,
                low_ratings=notices.list_notices(session, units, state, most=MOST_SHOWN),
                units=units,
                mask=redact_for_lists,
                evidence=evidence,
            )

    return routes
