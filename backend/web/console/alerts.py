"""「预警」: alerts with their life, by hand as well, and who wants to be shown them (S54, S96)."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session

from backend.alerts import life, service
from backend.alerts.life import AlertAction
from backend.alerts.thresholds import AlertKind, Thresholds
from backend.alerts.versions import alert_thresholds
from backend.clock import SHANGHAI, now
from backend.database import Database
from backend.desk import case_search
from backend.errors import BadInput, MinhuError, NotFound
from backend.measures.labels import known_values
from backend.models.alerts import Alert
from backend.models.cases import Case
from backend.staff.accounts import actor_for
from backend.staff.permissions import handles_alerts, require_handles_alerts
from backend.staff.visibility import visible_cases
from backend.topics.numbers import is_any
from backend.web.console.auth import Posted, Visitor, posted_in, visitor_of
from backend.web.console.frame import Refusal, desk_page, step_or_page
from backend.web.console.pages import ConsoleRoute
from backend.web.forms import Form
from backend.web.inputs import RowId
from backend.web.pages import go_to

HERE = "/console/alerts"
LINE = "line-"  # prefix of the names of the checklist's boxes


def alert_routes(database: Database) -> APIRouter:
    alert_thresholds()  # a bad file stops the start with one line
    routes = APIRouter(prefix="/alerts", route_class=ConsoleRoute)
    here = Depends(visitor_of(database))
    posted = Depends(posted_in(database))

    @routes.get("")
    def show_all(visitor: Annotated[Visitor, here], closed: bool = False) -> Response:
        with database.begin() as session:
            return _all(session, visitor, closed=closed)

    @routes.post("")
    def raise_by_hand(post: Annotated[Posted, posted]) -> Response:
        require_handles_alerts(post.staff)
        return step_or_page(
            database,
            lambda session: f"{HERE}/{_raise(session, post).id}",
            lambda session, problem: _all(session, post.visitor, problem=problem),
        )

    routes.include_router(_subscription_routes(database))
    routes.include_router(_step_routes(database))
    return routes


def _subscription_routes(database: Database) -> APIRouter:
    routes = APIRouter(route_class=ConsoleRoute)
    posted = Depends(posted_in(database))

    @routes.post("/subscribe")
    def subscribe(post: Annotated[Posted, posted]) -> Response:
        area, domain = post.form.get("area", ""), post.form.get("domain", "")
        if (area and area not in known_values("district")) or (
            domain and domain not in known_values("domain")
        ):
            raise BadInput("没有这个区县或领域")
        with database.begin() as session:
            kind = post.form.get("kind", "")
            service.subscribe(session, post.staff, kind=kind, area=area, domain=domain)
        return go_to(HERE)

    @routes.post("/unsubscribe/{subscription_id}")
    def unsubscribe(subscription_id: RowId, post: Annotated[Posted, posted]) -> Response:
        with database.begin() as session:
            service.unsubscribe(session, post.staff, subscription_id)
        return go_to(HERE)

    return routes


def _step_routes(database: Database) -> APIRouter:
    routes = APIRouter(route_class=ConsoleRoute)
    here, posted = Depends(visitor_of(database)), Depends(posted_in(database))

    @routes.get("/{alert_id}")
    def show(alert_id: RowId, visitor: Annotated[Visitor, here]) -> Response:
        with database.begin() as session:
            alert = service.by_id(session, visitor.staff, alert_id)
            service.mark_read(session, alert, visitor.staff, now())
            return _one(session, visitor, alert)

    @routes.post("/{alert_id}/{action}")
    def step(alert_id: RowId, action: str, post: Annotated[Posted, posted]) -> Response:
        require_handles_alerts(post.staff)

        def take(session: Session) -> str:
            alert = service.by_id(session, post.staff, alert_id, lock=True)
            _step(session, alert, action, post)
            return f"{HERE}/{alert_id}"

        def again(session: Session, problem: MinhuError) -> Response:
            alert = service.by_id(session, post.staff, alert_id)
            return _one(session, post.visitor, alert, problem=problem)

        return step_or_page(database, take, again)

    return routes


def _raise(session: Session, post: Posted) -> Alert:
    area, domain = post.form.get("area") or None, post.form.get("domain") or None
    return service.raise_alert(
        session,
        AlertKind.MANUAL,
        post.form.get("title", ""),
        actor_for(post.staff),
        now=now(),
        evidence={},
        area=area if area in known_values("district") else None,
        domain=domain if domain in known_values("domain") else None,
    )


def _step(session: Session, alert: Alert, action: str, post: Posted) -> None:
    actor = actor_for(post.staff)
    if action == "tick":
        service.tick(session, alert, _ticked(post.form), _rules(alert), actor, now=now())
    elif action in set(AlertAction):
        text, conclusion = post.form.get("text", ""), post.form.get("conclusion")
        service.take(
            session, alert, AlertAction(action), actor,
            text=text, conclusion=conclusion, now=now(),
        )  # fmt: skip
    else:
        raise NotFound("没有这一步")


def _ticked(form: Form) -> list[str]:
    return [name.removeprefix(LINE) for name in form if name.startswith(LINE)]


def _rules(alert: Alert) -> Thresholds:
    """The thresholds that raised it, else those of its day."""
    day, version = alert.raised_at.astimezone(SHANGHAI).date(), alert.evidence.get("version")
    usable = version if version in alert_thresholds().versions else None
    return alert_thresholds().of(day, usable)


def _all(
    session: Session, visitor: Visitor, *, closed: bool = False, problem: Refusal = None
) -> Response:
    return _page(
        session,
        visitor,
        "alerts.html",
        problem,
        alerts=service.list_alerts(session, visitor.staff, is_open=not closed),
        unread=service.unread_ids(session, visitor.staff),
        closed=closed,
        subscriptions=service.subscriptions_of(session, visitor.staff),
    )


def _one(session: Session, visitor: Visitor, alert: Alert, *, problem: Refusal = None) -> Response:
    evidence = alert.evidence.get("cases", [])
    visible = visible_cases(visitor.staff).where(is_any(Case.id, evidence))
    listed = case_search.one_page(session, visible.order_by(Case.id.desc()), 1)
    return _page(
        session,
        visitor,
        "alert.html",
        problem,
        alert=alert,
        cases=listed.cases,
        elsewhere=len(evidence) - case_search.count(session, visible),
        steps=service.steps_of(session, alert),
        receipts=service.receipts_of(session, alert),
        checklist=_rules(alert).checklists[alert.kind],
        possible=life.possible(life.AlertState(alert.state)),
        line=LINE,
    )


def _page(
    session: Session, visitor: Visitor, template: str, problem: Refusal, **more: Any
) -> Response:
    return desk_page(
        session,
        visitor,
        template,
        problem,
        handles=handles_alerts(visitor.staff),
        AlertKind=AlertKind,
        AlertState=life.AlertState,
        AlertAction=AlertAction,
        Conclusion=life.Conclusion,
        areas=known_values("district"),
        streets=known_values("street"),
        domains=known_values("domain"),
        **more,
    )
