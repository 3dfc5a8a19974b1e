"""「评议」: draw a sample of cases, invite people, publish their scores (S48, S49)."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session

from backend.clock import now
from backend.database import Database
from backend.errors import BadInput
from backend.measures.city_units import City
from backend.measures.panel_scores import review_scores
from backend.measures.periods import parse
from backend.models.reviews import PanelReview
from backend.models.staff import Role
from backend.reviews import service as reviews
from backend.reviews.sampling import METHOD
from backend.reviews.service import RUNS_REVIEWS, Capacity, DrawRequest, require_reviews
from backend.staff.accounts import audit
from backend.web.console.auth import Posted, Visitor, posted_in, visitor_of
from backend.web.console.frame import Refusal, desk_page, step_or_page
from backend.web.console.pages import ConsoleRoute
from backend.web.forms import Form
from backend.web.inputs import RowId
from backend.web.pages import go_to


def review_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/reviews", route_class=ConsoleRoute)
    here = Depends(visitor_of(database))
    posted = Depends(posted_in(database))

    @routes.get("")
    def show_all(visitor: Annotated[Visitor, here]) -> Response:
        with database.begin() as session:
            return _all(session, visitor)

    @routes.post("")
    def start(post: Annotated[Posted, posted]) -> Response:
        require_reviews(post.staff)
        return step_or_page(
            database,
            lambda session: _start(session, post),
            lambda session, problem: _all(session, post.visitor, post.form, problem),
        )

    @routes.get("/{review_id}")
    def show(review_id: RowId, visitor: Annotated[Visitor, here]) -> Response:
        with database.begin() as session:
            return _one(session, visitor, reviews.by_id(session, review_id), ())

    @routes.post("/{review_id}/invite")
    def invite(review_id: RowId, post: Annotated[Posted, posted]) -> Response:
        """The answer is the only page that shows the codes."""
        with database.begin() as session:
            return _invite(session, post, review_id)

    @routes.post("/{review_id}/publish")
    def publish(review_id: RowId, post: Annotated[Posted, posted]) -> Response:
        with database.begin() as session:
            return _publish(session, post, review_id)

    return routes


def _start(session: Session, post: Posted) -> str:
    review = reviews.start(session, _draw(post.form), post.staff, now=now())
    audit(session, post.staff, "draw_review", str(review.id), now=now())
    return f"/console/reviews/{review.id}"


def _invite(session: Session, post: Posted, review_id: int) -> Response:
    require_reviews(post.staff)
    review = reviews.by_id(session, review_id)
    try:
        capacity, how_many = _invited(post.form)
    except BadInput as problem:
        return _one(session, post.visitor, review, (), problem=problem)
    codes = reviews.invite(session, review, capacity, how_many, now=now())
    audit(session, post.staff, "invite_panel", str(review.id), now=now(), people=how_many)
    return _one(session, post.visitor, review, codes)


def _publish(session: Session, post: Posted, review_id: int) -> Response:
    require_reviews(post.staff)
    review = reviews.by_id(session, review_id)
    reviews.publish(session, review, post.staff, now=now())
    audit(session, post.staff, "publish_review", str(review.id), now=now())
    return go_to(f"/console/reviews/{review.id}")


def _all(
    session: Session,
    visitor: Visitor,
    entries: Form | None = None,
    problem: Refusal = None,
) -> Response:
    rows = reviews.list_reviews(session)
    return _page(session, visitor, "reviews.html", problem, reviews=rows, entries=entries or {})


def _page(
    session: Session, visitor: Visitor, template: str, problem: Refusal, **more: Any
) -> Response:
    return desk_page(
        session,
        visitor,
        template,
        problem,
        runs=Role(visitor.staff.role) in RUNS_REVIEWS,
        method=METHOD,
        **more,
    )


def _one(
    session: Session,
    visitor: Visitor,
    review: PanelReview,
    codes: tuple[str, ...] | list[str],
    *,
    problem: Refusal = None,
) -> Response:
    return _page(
        session,
        visitor,
        "review.html",
        problem,
        review=review,
        progress=reviews.progress(session, review),
        scored=review_scores(session, review) if review.published_at else [],
        city=City.read(session),
        codes=codes,
        capacities=list(Capacity),
    )


def _draw(form: Form) -> DrawRequest:
    """Raises BadInput."""
    return DrawRequest(
        title=form.get("title", "")[:100],
        period=parse(form.get("period", "")),
        seed=form.get("seed", "")[:100],
        seed_from=form.get("seed_from", "")[:200],
        each=_number(form.get("each", "")),
    )


def _invited(form: Form) -> tuple[Capacity, int]:
    capacity = form.get("capacity", "")
    if capacity not in list(Capacity):
        raise BadInput("请选专家或市民代表")
    return Capacity(capacity), _number(form.get("how_many", ""))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > 6:
        raise BadInput("件数、人数请填数字")
    return int(text)
