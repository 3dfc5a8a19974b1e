from typing import Annotated, Any

from fastapi import APIRouter, Depends

from backend.api import case_json
from backend.api.case_file import visible_case
from backend.api.visits import signed_in
from backend.cases.lifecycle import Action
from backend.collective.likes import Like, likes_of
from backend.database import Database
from backend.staff.models import StaffAccount
from backend.staff.service import require, visible_cases


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
            found = likes_of(session, visible_cases(staff), case)
            return {"likes": [as_json(one) for one in found]}

    return routes


def as_json(one: Like) -> dict[str, Any]:
    likeness = one.likeness
    return case_json.line(one.case) | {
        "members": one.members,
        "why": {
            "place": likeness.place,
            "matter": likeness.matter,
            "days": likeness.days,
            "words": round(likeness.words, 2),
            "same_resident": one.same_resident,
            "score": round(likeness.score, 3),
        },
    }
