"""Cases of probably the same incident as a case."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from backend.collective.likes import Duplicate, find_duplicates
from backend.database import Database
from backend.desk.case_file import visible_case
from backend.models.staff import StaffAccount
from backend.staff.permissions import require
from backend.staff.visibility import visible_cases
from backend.vocabulary.case_lifecycle import Action
from backend.web.api import case_json
from backend.web.api.auth import signed_in


def like_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/cases", tags=["cases"])

    @routes.get("/{case_no}/likes")
    def show_likes(
        case_no: str, staff: Annotated[StaffAccount, Depends(signed_in(database))]
    ) -> dict[str, Any]:
        """Open cases that may tell of the same incident, the likest first, and why."""
        require(staff, Action.MERGE)
        with database.begin() as session:
            case = visible_case(session, staff, case_no)
            likes = find_duplicates(session, visible_cases(staff), case)
            return {"likes": [as_json(like) for like in likes]}

    return routes


def as_json(like: Duplicate) -> dict[str, Any]:
    likeness = like.likeness
    return case_json.line(like.case) | {
        "members": like.members,
        "why": {
            "place": likeness.place,
            "matter": likeness.matter,
            "days": likeness.days,
            "words": round(likeness.words, 2),
            "same_resident": like.same_resident,
            "score": round(likeness.score, 3),
        },
    }
