"""The page where invited people score a review's cases with a one-time code."""

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from backend.clock import now
from backend.database import Database
from backend.desk.masking import without_identity
from backend.errors import BadInput, NotFound
from backend.models.cases import Case
from backend.reviews import service as reviews
from backend.vocabulary.grades import GRADES
from backend.web.forms import Form, form_of
from backend.web.pages import PageRoute, page

_GRADES = frozenset(str(grade.value) for grade in GRADES)
_SCORE = re.compile(r"item-(\d{1,9})")


def panel_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/panel", route_class=PageRoute)
    form = Depends(form_of)

    @routes.get("")
    def ask_for_code() -> Response:
        return page("panel_code.html", problem="")

    @routes.post("")
    def show_cases(entries: Annotated[Form, form]) -> Response:
        code = entries.get("code", "")
        with database.begin() as session:
            try:
                invitation = reviews.invitation(session, code, now=now())
            except NotFound as problem:
                return page("panel_code.html", status=404, problem=problem.message)
            return page(
                "panel.html",
                code=code,
                review=reviews.by_id(session, invitation.review_id),
                items=reviews.items_of(session, invitation),
                text_of=_without_identity,
                grades=GRADES,
            )

    @routes.post("/scores")
    def score(entries: Annotated[Form, form]) -> Response:
        try:
            with database.begin() as session:
                reviews.add_scores(session, entries.get("code", ""), _scores(entries), now=now())
        except (BadInput, NotFound) as problem:
            return page("panel_code.html", status=problem.status_code, problem=problem.message)
        return page("panel_thanks.html")

    return routes


def _without_identity(case: Case, text: str) -> str:
    return without_identity(text, case.resident.name)


def _scores(entries: Form) -> dict[int, int]:
    """Grades by the id of the review's item; other fields and values are left out."""
    fields = ((_SCORE.fullmatch(name), value) for name, value in entries.items())
    return {int(match[1]): int(value) for match, value in fields if match and value in _GRADES}
