"""「问计于民」: ask residents, close, publish the results with what was done (S92)."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session

from backend.clock import now
from backend.consultations import service as consultations
from backend.database import Database
from backend.errors import NotFound
from backend.overview.consultation_results import grouped_words
from backend.staff.accounts import audit
from backend.staff.permissions import leads_campaigns, require_leads_campaigns
from backend.web.console.auth import Posted, Visitor, posted_in, visitor_of
from backend.web.console.frame import Refusal, desk_page, step_or_page
from backend.web.console.pages import ConsoleRoute
from backend.web.forms import Form
from backend.web.inputs import RowId

HERE = "/console/consultations"


def consultation_routes(database: Database) -> APIRouter:
    routes = APIRouter()
    routes.include_router(_page_routes(database))
    routes.include_router(_step_routes(database))
    return routes


def _page_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/consultations", route_class=ConsoleRoute)
    here = Depends(visitor_of(database))

    @routes.get("")
    def show_all(visitor: Annotated[Visitor, here]) -> Response:
        with database.begin() as session:
            return _all(session, visitor, {})

    @routes.get("/{consultation_id}")
    def show(consultation_id: RowId, visitor: Annotated[Visitor, here]) -> Response:
        with database.begin() as session:
            return _one(session, visitor, consultation_id)

    return routes


def _step_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/consultations", route_class=ConsoleRoute)
    posted = Depends(posted_in(database))

    @routes.post("")
    def create(post: Annotated[Posted, posted]) -> Response:
        require_leads_campaigns(post.staff)
        return step_or_page(
            database,
            lambda session: f"{HERE}/{_create(session, post)}",
            lambda session, problem: _all(session, post.visitor, post.form, problem),
        )

    @routes.post("/{consultation_id}/{action}")
    def step(consultation_id: RowId, action: str, post: Annotated[Posted, posted]) -> Response:
        require_leads_campaigns(post.staff)
        return step_or_page(
            database,
            lambda session: _step(session, post, consultation_id, action),
            lambda session, problem: _one(session, post.visitor, consultation_id, problem),
        )

    return routes


def _create(session: Session, post: Posted) -> int:
    form = post.form
    consultation = consultations.create(
        session,
        title=form.get("title", ""),
        body=form.get("body", ""),
        choices=form.get("choices", ""),
        takes_words=bool(form.get("takes_words")),
        last_day=form.get("last_day", ""),
        by=post.staff.display_name,
        now=now(),
    )
    audit(session, post.staff, "create_consultation", str(consultation.id), now=now())
    return consultation.id


def _step(session: Session, post: Posted, consultation_id: int, action: str) -> str:
    consultation = consultations.by_id(session, consultation_id, lock=True)
    if action == "close":
        consultations.close(session, consultation, now=now())
    elif action == "publish":
        consultations.publish(consultation, post.form.get("conclusion", ""), now=now())
    else:
        raise NotFound("没有这一步")
    audit(session, post.staff, f"{action}_consultation", str(consultation_id), now=now())
    return f"{HERE}/{consultation_id}"


def _all(session: Session, visitor: Visitor, entries: Form, problem: Refusal = None) -> Response:
    listed = [(one, consultations.results(session, one)) for one in consultations.list_all(session)]
    return _page(
        session, visitor, "consultations.html", problem, consultations=listed, entries=entries
    )


def _one(
    session: Session,
    visitor: Visitor,
    consultation_id: int,
    problem: Refusal = None,
) -> Response:
    consultation = consultations.by_id(session, consultation_id)
    results = consultations.results(session, consultation)
    return _page(
        session,
        visitor,
        "consultation.html",
        problem,
        consultation=consultation,
        results=results,
        groups=grouped_words(results.words, now()),
    )


def _page(
    session: Session, visitor: Visitor, template: str, problem: Refusal, **more: Any
) -> Response:
    return desk_page(
        session,
        visitor,
        template,
        problem,
        is_open=consultations.is_open,
        leads=leads_campaigns(visitor.staff),
        **more,
    )
