"""Low ratings, for the superior of the rated unit and for supervisors (S46)."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from backend.database import Database
from backend.desk.case_file import redact_for_lists
from backend.models.ratings import LowRatingNotice
from backend.models.staff import StaffAccount
from backend.ratings import notices
from backend.ratings.notices import MOST_SHOWN
from backend.staff.permissions import require_sees_low_ratings
from backend.staff.visibility import units_of
from backend.vocabulary.grades import NoticeState
from backend.web.api import case_json
from backend.web.api.auth import signed_in
from backend.web.inputs import EmptyIsNone


def low_rating_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/low-ratings", tags=["low-ratings"])
    signed = Depends(signed_in(database))

    @routes.get("")
    def list_low_ratings(
        staff: Annotated[StaffAccount, signed],
        state: Annotated[NoticeState | None, EmptyIsNone] = None,
    ) -> dict[str, Any]:
        """List low ratings, the longest waiting first.

        To acknowledge one: `POST /cases/{case_no}/acknowledge`.
        """
        require_sees_low_ratings(staff)
        with database.begin() as session:
            units = frozenset(session.scalars(units_of(staff)))
            rows = notices.list_notices(session, units, state, most=MOST_SHOWN)
            return {"low_ratings": [as_json(notice) for notice in rows]}

    return routes


def as_json(notice: LowRatingNotice) -> dict[str, Any]:
    case = notice.case

    def mask(text: str | None) -> str:
        return redact_for_lists(case, text or "")

    return case_json.low_rating(notice, mask) | {
        "case_no": case.case_no,
        "kind": case.kind,
        "rating": case_json.rating(notice.rating, mask),
    }
