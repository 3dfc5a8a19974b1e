"""「我的工单」: views of cases by what is to be done, the nearest deadline first."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from sqlalchemy import Select
from sqlalchemy.orm import Session

from backend.clock import now
from backend.database import Database
from backend.desk.case_search import PAGE_SIZE, matching, one_page, totals, worst_first
from backend.desk.case_views import VIEWS, CaseView, is_shown, view_counts, views_for
from backend.desk.saved_views import saved_views
from backend.desk.search_log import audit_search
from backend.errors import BadInput
from backend.measures.labels import known_values
from backend.models.cases import Case
from backend.models.staff import Role
from backend.staff.permissions import MAY, SEES_PHONES
from backend.vocabulary.case_lifecycle import Action, Status
from backend.web.console import list_address
from backend.web.console.auth import Visitor, visitor_of
from backend.web.console.case_forms import notice
from backend.web.console.list_address import ListAddress, address_in
from backend.web.console.pages import ConsoleRoute
from backend.web.console.queue import waiting_count
from backend.web.pages import page

_BY_DISPATCHERS = frozenset({"to-dispatch", "returned"})


def list_routes(database: Database) -> APIRouter:
    routes = APIRouter(route_class=ConsoleRoute)

    @routes.get("/cases")
    def my_cases(
        visitor: Annotated[Visitor, Depends(visitor_of(database))],
        address: Annotated[ListAddress, Depends(address_in)],
        done: str = "",
    ) -> Response:
        with database.begin() as session:
            return list_page(session, visitor, address, done=done)

    return routes


def list_page(
    session: Session,
    visitor: Visitor,
    address: ListAddress,
    *,
    done: str = "",
    problem: BadInput | None = None,
    picked: Collection[str] = (),
    unit_asked: str = "",
) -> Response:
    """The list; with a `problem`, ticked boxes and the typed unit stay."""
    audit_filters(session, visitor, address)
    counts = view_counts(session, visitor.staff, now=now())
    view = VIEWS.get(address.tab) or _first_view(visitor, address, counts)
    query = list_query(visitor, address, view)
    case_page = one_page(session, worst_first(query, view, visitor.staff), address.page)
    return page(
        "cases.html",
        status=problem.status_code if problem else 200,
        visitor=visitor,
        waiting=waiting_count(session, visitor),
        tabs=_tabs(visitor, view, counts),
        counts=counts,
        tab=view,
        address=replace(address, tab=view.key),
        totals=totals(session, query, now=now()),
        cases=case_page.cases,
        has_more=case_page.has_more,
        page_size=PAGE_SIZE,
        problem=problem,
        picked=picked,
        unit_asked=unit_asked,
        ticking=view.key in _BY_DISPATCHERS and _may(visitor, Action.DISPATCH),
        accepting=view.key == "to-accept" and _may(visitor, Action.ACCEPT),
        notice=notice(done),
        saved=saved_views(session, visitor.staff),
        **_choices(visitor),
    )


def list_query(visitor: Visitor, address: ListAddress, view: CaseView) -> Select[Case]:
    """Raises BadFilter or NotAllowed."""
    return matching(visitor.staff, address.case_filter(view), now=now())


def audit_filters(session: Session, visitor: Visitor, address: ListAddress) -> None:
    words = " ".join(filter(None, (address.q, address.phone)))
    audit_search(session, visitor.staff, words, now=now())


def _first_view(visitor: Visitor, address: ListAddress, counts: Mapping[str, int]) -> CaseView:
    """All cases for a search; else the most urgent view that has some."""
    if address.filters:
        return VIEWS["all"]
    views = views_for(visitor.staff)
    usual = [view for view in views if view.is_counted and is_shown(visitor.staff, view, 0)]
    return next((view for view in usual if counts[view.key]), usual[0])


def _tabs(visitor: Visitor, view: CaseView, counts: Mapping[str, int]) -> list[CaseView]:
    shown = [
        one
        for one in views_for(visitor.staff)
        if one == view or is_shown(visitor.staff, one, counts.get(one.key, 0))
    ]
    return shown if view in shown else [*shown, view]


def _may(visitor: Visitor, action: Action) -> bool:
    return Role(visitor.staff.role) in MAY[action]


def _choices(visitor: Visitor) -> dict[str, Any]:
    return {
        "areas": known_values("district"),
        "dues": list_address.DUE_LABELS,
        "statuses": list(Status),
        "by_phone": Role(visitor.staff.role) in SEES_PHONES,
    }
