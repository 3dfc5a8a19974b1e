"""「简报」 of a week or month, as page and XLSX; common problems, season hints (S50, S58, S94)."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session

from backend.clock import SHANGHAI, now
from backend.database import Database
from backend.measures.city_units import City
from backend.measures.labels import label_of
from backend.measures.periods import Period, parse
from backend.measures.score_sheet import one_sheet
from backend.overview import briefs
from backend.overview.problems import common_problems, season_hints
from backend.staff.accounts import audit
from backend.staff.permissions import leads_campaigns, require_leads_campaigns
from backend.staff.visibility import units_of, visible_cases
from backend.web.console.auth import Posted, Visitor, posted_in, visitor_of
from backend.web.console.frame import Refusal, desk_page, step_or_page
from backend.web.console.pages import ConsoleRoute
from backend.web.forms import Form
from backend.web.inputs import RowId, Words
from backend.web.measure_query import scope_of
from backend.web.measure_sheet import XLSX

HERE = "/console/briefs"


def brief_routes(database: Database) -> APIRouter:
    routes = APIRouter()
    routes.include_router(_page_routes(database))
    routes.include_router(_step_routes(database))
    return routes


def _page_routes(database: Database) -> APIRouter:
    routes = APIRouter(route_class=ConsoleRoute)
    here = Depends(visitor_of(database))

    @routes.get("/briefs")
    def show(visitor: Annotated[Visitor, here], period: Words = None) -> Response:
        with database.begin() as session:
            return _page(session, visitor, _period(period))

    @routes.get("/briefs.xlsx")
    def as_sheet(visitor: Annotated[Visitor, here], period: Words = None) -> Response:
        chosen = _period(period)
        with database.begin() as session:
            units, _ = scope_of(session, visitor.staff)
            brief = briefs.brief(session, chosen, units, visible_cases(visitor.staff), now=now())
            content = one_sheet("简报", briefs.rows(brief, City.read(session)))
        name = f"minhu-brief-{chosen}.xlsx"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(content, media_type=XLSX, headers=headers)

    @routes.get("/problems")
    def show_problems(visitor: Annotated[Visitor, here]) -> Response:
        today = now().astimezone(SHANGHAI).date()
        with database.begin() as session:
            units, scope = scope_of(session, visitor.staff)
            return desk_page(
                session,
                visitor,
                "problems.html",
                scope=scope,
                problems=common_problems(session, units, last=today),
                hints=season_hints(session, units, today=today),
                label_of=label_of,
                city=City.read(session),
            )

    return routes


def _step_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/briefs", route_class=ConsoleRoute)
    posted = Depends(posted_in(database))

    @routes.post("/promises")
    def promise(post: Annotated[Posted, posted]) -> Response:
        require_leads_campaigns(post.staff)
        period = _period(post.form.get("period"))
        return step_or_page(
            database,
            lambda session: _promise(session, post, period),
            lambda session, problem: _page(session, post.visitor, period, post.form, problem),
        )

    @routes.post("/promises/{promise_id}")
    def settle(promise_id: RowId, post: Annotated[Posted, posted]) -> Response:
        require_leads_campaigns(post.staff)
        period = _period(post.form.get("period"))
        return step_or_page(
            database,
            lambda session: _settle(session, post, promise_id, period),
            lambda session, problem: _page(session, post.visitor, period, post.form, problem),
        )

    return routes


def _promise(session: Session, post: Posted, period: Period) -> str:
    form, units = post.form, frozenset(session.scalars(units_of(post.staff)))
    row = briefs.promise(
        session, period, units,
        text=form.get("text", ""), unit=form.get("unit", ""), due=form.get("due", ""),
        by=post.staff.display_name, now=now(),
    )  # fmt: skip
    audit(session, post.staff, "promise", str(row.id), now=now())
    return f"{HERE}?period={period}"


def _settle(session: Session, post: Posted, promise_id: int, period: Period) -> str:
    form, units = post.form, frozenset(session.scalars(units_of(post.staff)))
    briefs.settle(
        session, promise_id, units,
        outcome=form.get("outcome", ""), text=form.get("text", ""),
        by=post.staff.display_name, now=now(),
    )  # fmt: skip
    audit(session, post.staff, "settle_promise", str(promise_id), now=now())
    return f"{HERE}?period={period}"


def _period(typed: str | None) -> Period:
    """The period asked for, else the last whole week. Raises BadFilter."""
    return parse(typed) if typed else briefs.last_week(now().astimezone(SHANGHAI).date())


def _page(
    session: Session,
    visitor: Visitor,
    period: Period,
    entries: Form | None = None,
    problem: Refusal = None,
) -> Response:
    units, scope = scope_of(session, visitor.staff)
    today = now().astimezone(SHANGHAI).date()
    more: dict[str, Any] = {
        "brief": briefs.brief(session, period, units, visible_cases(visitor.staff), now=now()),
        "week": briefs.last_week(today),
        "month": briefs.last_month(today),
    }
    return desk_page(
        session,
        visitor,
        "brief.html",
        problem,
        scope=scope,
        outcomes=briefs.OUTCOMES,
        entries=entries or {},
        leads=leads_campaigns(visitor.staff),
        label_of=label_of,
        city=City.read(session),
        **more,
    )
