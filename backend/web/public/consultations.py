"""Consultations for everybody: what is asked, one's own voice by case number and code, results."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session

from backend.case_codes import codes
from backend.clock import now
from backend.consultations import service as consultations
from backend.database import Database
from backend.errors import BadInput, Conflict, MinhuError, NotFound, TooManyWaiting
from backend.overview.consultation_results import grouped_words
from backend.overview.open_data import FEWEST
from backend.texts.consultations import NOTED_ON_PAGE
from backend.web.forms import Form, form_of
from backend.web.inputs import RowId, address_of
from backend.web.pages import PageRoute, page

PAGE = "page"  # the channel of a voice given here


def consultation_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/consultations", route_class=PageRoute)
    form = Depends(form_of)

    @routes.get("")
    def show_all() -> Response:
        with database.begin() as session:
            return page(
                "public_consultations.html",
                consultations=consultations.list_all(session),
                is_open=consultations.is_open,
            )

    @routes.get("/{consultation_id}")
    def show(consultation_id: RowId) -> Response:
        with database.begin() as session:
            return _page(session, consultation_id, {})

    @routes.post("/{consultation_id}")
    def speak(consultation_id: RowId, request: Request, entries: Annotated[Form, form]) -> Response:
        number, code, at = entries.get("number", ""), entries.get("code", ""), now()
        try:
            with codes.opened(database, number, code, address_of(request), now=at) as (
                session,
                case,
            ):
                consultations.speak(
                    session, consultation_id, case.resident_id,
                    choice=_choice(entries), words=entries.get("words"), channel=PAGE, now=at,
                )  # fmt: skip
                return _page(session, consultation_id, {}, notice=NOTED_ON_PAGE.plain)
        except (BadInput, Conflict, NotFound, TooManyWaiting) as problem:
            with database.begin() as session:
                return _page(session, consultation_id, entries, problem=problem)

    return routes


def _choice(entries: Form) -> int | None:
    typed = entries.get("choice", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 3 else None


def _page(
    session: Session,
    consultation_id: int,
    entries: Form,
    *,
    notice: str = "",
    problem: MinhuError | None = None,
) -> Response:
    """The results stand here once they are published; groups of fewer than FEWEST do not."""
    consultation = consultations.by_id(session, consultation_id)
    more: dict[str, Any] = {"results": None, "groups": []}
    if consultation.published_at:
        results = consultations.results(session, consultation)
        groups = grouped_words(results.words, now())
        more = {"results": results, "groups": [one for one in groups if one.people >= FEWEST]}
    return page(
        "public_consultation.html",
        status=problem.status_code if problem else 200,
        consultation=consultation,
        is_open=consultations.is_open(consultation, now()),
        entries=entries,
        notice=notice,
        problem=problem.message if problem else "",
        fewest=FEWEST,
        **more,
    )
