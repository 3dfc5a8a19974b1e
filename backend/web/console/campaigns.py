"""「专项」: campaigns with an owner, a target and a date, and their progress (S61)."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session

from backend.clock import SHANGHAI, now
from backend.database import Database
from backend.errors import NotFound
from backend.measures.city_units import City
from backend.measures.labels import known_values, label_of
from backend.overview import campaigns
from backend.staff.accounts import audit
from backend.staff.permissions import leads_campaigns, require_leads_campaigns
from backend.staff.visibility import units_of
from backend.web.console.auth import Posted, Visitor, posted_in, visitor_of
from backend.web.console.cockpit import list_page
from backend.web.console.frame import Refusal, desk_page, step_or_page
from backend.web.console.pages import ConsoleRoute
from backend.web.forms import Form
from backend.web.inputs import Page, RowId

HERE = "/console/campaigns"
USUAL_LENGTH = timedelta(days=90)


def campaign_routes(database: Database) -> APIRouter:
    routes = APIRouter()
    routes.include_router(_page_routes(database))
    routes.include_router(_step_routes(database))
    return routes


def _page_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/campaigns", route_class=ConsoleRoute)
    here = Depends(visitor_of(database))

    @routes.get("")
    def show_all(request: Request, visitor: Annotated[Visitor, here]) -> Response:
        """Also the form; a list of cases links here with its filters."""
        with database.begin() as session:
            return _all(session, visitor, _prefilled(dict(request.query_params)))

    @routes.get("/{campaign_id}")
    def show(campaign_id: RowId, visitor: Annotated[Visitor, here]) -> Response:
        with database.begin() as session:
            return _one(session, visitor, campaign_id)

    @routes.get("/{campaign_id}/cases")
    def show_cases(
        campaign_id: RowId, visitor: Annotated[Visitor, here], page: Page = None
    ) -> Response:
        with database.begin() as session:
            campaign = campaigns.by_id(session, campaign_id)
            address = f"{HERE}/{campaign_id}/cases"
            condition = campaigns.condition(campaign)
            return list_page(
                session, visitor, condition, campaign.title, page or 1, {}, address=address
            )

    return routes


def _step_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/campaigns", route_class=ConsoleRoute)
    posted = Depends(posted_in(database))

    @routes.post("")
    def create(post: Annotated[Posted, posted]) -> Response:
        require_leads_campaigns(post.staff)
        return step_or_page(
            database,
            lambda session: f"{HERE}/{_create(session, post)}",
            lambda session, problem: _all(session, post.visitor, post.form, problem),
        )

    @routes.post("/{campaign_id}/{action}")
    def step(campaign_id: RowId, action: str, post: Annotated[Posted, posted]) -> Response:
        require_leads_campaigns(post.staff)
        return step_or_page(
            database,
            lambda session: _step(session, post, campaign_id, action),
            lambda session, problem: _one(session, post.visitor, campaign_id, problem),
        )

    return routes


def _create(session: Session, post: Posted) -> int:
    units = frozenset(session.scalars(units_of(post.staff)))
    form, by = _form_of(post.form), post.staff.display_name
    campaign = campaigns.create(session, form, units, by=by, now=now())
    audit(session, post.staff, "create_campaign", str(campaign.id), now=now())
    return campaign.id


def _step(session: Session, post: Posted, campaign_id: int, action: str) -> str:
    campaign = campaigns.by_id(session, campaign_id, lock=True)
    if action == "publish":
        campaigns.publish(campaign, now=now())
    elif action == "close":
        campaigns.close(campaign, post.form.get("conclusion", ""), now=now())
    else:
        raise NotFound("没有这一步")
    audit(session, post.staff, f"{action}_campaign", str(campaign_id), now=now())
    return f"{HERE}/{campaign_id}"


def _form_of(form: Form) -> campaigns.CampaignForm:
    names = ("title", "purpose", "unit", "target", "first", "due")
    fields = {name: form.get(name, "") for name in names}
    filters = {name: form[name] for name in campaigns.FILTERS if name in form and name != "unit"}
    return campaigns.CampaignForm(**fields, filters=filters)


def _prefilled(query: dict[str, str]) -> Form:
    """The form with the filters of a list, from today for three months."""
    today = now().astimezone(SHANGHAI).date()
    filters = {name: query[name][:100] for name in campaigns.FILTERS if name in query}
    days = {"first": today.isoformat(), "due": (today + USUAL_LENGTH).isoformat()}
    return {"target": "90", **days, **filters}


def _all(session: Session, visitor: Visitor, entries: Form, problem: Refusal = None) -> Response:
    listed = [campaigns.progress(session, each) for each in campaigns.list_campaigns(session)]
    return _page(
        session,
        visitor,
        "campaigns.html",
        problem,
        progresses=listed,
        entries=entries,
        domains=known_values("domain"),
        districts=known_values("district"),
    )


def _one(session: Session, visitor: Visitor, campaign_id: int, problem: Refusal = None) -> Response:
    progress = campaigns.progress(session, campaigns.by_id(session, campaign_id))
    return _page(session, visitor, "campaign.html", problem, progress=progress)


def _page(
    session: Session, visitor: Visitor, template: str, problem: Refusal, **more: Any
) -> Response:
    return desk_page(
        session,
        visitor,
        template,
        problem,
        city=City.read(session),
        label_of=label_of,
        leads=leads_campaigns(visitor.staff),
        **more,
    )
