"""「我的工单」: lists of cases by their next step, the nearest deadline first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy import ColumnElement, Select, case, func
from sqlalchemy.orm import Session

from backend.clock import now
from backend.database import Database
from backend.desk.case_search import PAGE_SIZE, CaseFilter, count, matching, one_page, open_counts
from backend.desk.search_log import audit_search
from backend.errors import BadInput
from backend.models.cases import Case
from backend.models.staff import Role
from backend.sources.registry import source_name
from backend.staff.permissions import MAY
from backend.vocabulary.case_lifecycle import Action, Status
from backend.vocabulary.labels import CHANNEL_LABELS
from backend.web.console.auth import Visitor, visitor_of
from backend.web.console.case_forms import notice
from backend.web.console.pages import ConsoleRoute
from backend.web.console.queue import waiting_count
from backend.web.inputs import Page, Words
from backend.web.pages import page


@dataclass(frozen=True)
class Tab:
    key: str
    label: str
    statuses: frozenset[Status] = frozenset()
    only_late: bool = False
    only_closing: bool = False
    for_deputy: bool = False  # shown only when it has cases
    has_count: bool = True
    is_dispatchers: bool = False


_TABS = (
    Tab("to-dispatch", "待派单", frozenset({Status.REGISTERED}), is_dispatchers=True),
    Tab("to-accept", "待签收", frozenset({Status.DISPATCHED})),
    Tab("in-hand", "办理中", frozenset({Status.ACCEPTED, Status.ON_HOLD})),
    Tab("returned", "已退单", frozenset({Status.RETURNED}), is_dispatchers=True),
    Tab("closing", "待复核", only_closing=True),
    Tab("late", "超期", only_late=True),
    Tab("deputy", "代办", for_deputy=True),
    Tab("done", "已办结", frozenset({Status.RESOLVED, Status.CLOSED}), has_count=False),
    Tab("all", "全部", has_count=False),
)
TABS = {tab.key: tab for tab in _TABS}
# Tabs of each role, the most urgent first; the page opens at the first one with cases.
_OPENS_AT = {
    Role.DISPATCHER: ("returned", "to-dispatch"),
    Role.HANDLER: ("to-accept", "in-hand"),
    Role.SUPERVISOR: ("late", "to-accept", "in-hand"),
    Role.LEADER: ("late", "in-hand"),
    Role.ADMIN: ("to-dispatch",),
}


@dataclass(frozen=True)
class Intake:
    """Shows only cases of one source or channel; pages of numbers link here with it."""

    source: str | None = None
    channel: str | None = None

    @property
    def label(self) -> str:
        parts = [source_name(self.source)] if self.source else []
        if self.channel:
            parts.append(CHANNEL_LABELS.get(self.channel, self.channel))
        return "、".join(parts)


def list_routes(database: Database) -> APIRouter:
    routes = APIRouter(route_class=ConsoleRoute)

    @routes.get("/cases")
    def my_cases(
        visitor: Annotated[Visitor, Depends(visitor_of(database))],
        *,
        tab: str = "",
        q: Words = None,
        source: Words = None,
        channel: Words = None,
        page: Page = None,
        done: str = "",
    ) -> Response:
        intake = Intake(source, channel)
        with database.begin() as session:
            return list_page(session, visitor, tab, q, intake, page or 1, done=done)

    return routes


def list_page(
    session: Session,
    visitor: Visitor,
    key: str,
    words: str | None,
    intake: Intake,
    number: int,
    *,
    done: str = "",
    problem: BadInput | None = None,
    picked: Collection[str] = (),
    unit_asked: str = "",
) -> Response:
    """The list; with a `problem`, ticked boxes and the typed unit stay."""
    audit_search(session, visitor.staff, words, now=now())
    counts = _counts(session, visitor)
    tab = TABS.get(key) or (TABS["all"] if words else _first_with_work(visitor, counts))
    query = _query(visitor, tab, words, intake)
    case_page = one_page(session, _sorted(query, tab), number)
    cases, has_more = case_page.cases, case_page.has_more
    total = count(session, query) if has_more or number > 1 else len(cases)
    return page(
        "cases.html",
        status=problem.status_code if problem else 200,
        visitor=visitor,
        waiting=waiting_count(session, visitor),
        tabs=[each for each in _TABS if each == tab or _is_shown(each, visitor, counts[each.key])],
        counts=counts,
        tab=tab,
        query=words or "",
        intake=intake,
        cases=cases,
        total=total,
        problem=problem,
        picked=picked,
        unit_asked=unit_asked,
        ticking=tab.is_dispatchers and Role(visitor.staff.role) in MAY[Action.DISPATCH],
        number=number,
        pages=-(-total // PAGE_SIZE),
        has_more=has_more,
        notice=notice(done),
    )


def _counts(session: Session, visitor: Visitor) -> dict[str, int]:
    open_cases = open_counts(session, visitor.staff, now=now())
    counts = {tab.key: sum(open_cases.by_status.get(s, 0) for s in tab.statuses) for tab in _TABS}
    return counts | {
        "late": open_cases.late,
        "closing": open_cases.closing,
        "deputy": open_cases.for_deputy,
    }


def _first_with_work(visitor: Visitor, counts: dict[str, int]) -> Tab:
    keys = _OPENS_AT[Role(visitor.staff.role)]
    return TABS[next((key for key in keys if counts[key]), keys[-1])]


def _is_shown(tab: Tab, visitor: Visitor, cases: int) -> bool:
    if tab.for_deputy:
        return cases > 0
    return tab.key != "to-dispatch" or sees_undispatched(visitor)


def sees_undispatched(visitor: Visitor) -> bool:
    """Handlers do not see cases that no unit has yet."""
    return Role(visitor.staff.role) is not Role.HANDLER


def _query(visitor: Visitor, tab: Tab, words: str | None, intake: Intake) -> Select[Case]:
    case_filter = CaseFilter(
        statuses=tab.statuses,
        overdue=True if tab.only_late else None,
        members=not tab.has_count,  # steps of merged cases are taken on their lead
        closing=True if tab.only_closing else None,
        for_deputy=tab.for_deputy,
        words=words,
        source=intake.source,
        channel=intake.channel,
    )
    return matching(visitor.staff, case_filter, now=now())


def _sorted(query: Select[Case], tab: Tab) -> Select[Case]:
    if tab.has_count:  # open cases: the nearest deadline first
        return query.order_by(Case.status == Status.ON_HOLD, _due_first(), Case.id)
    return query.order_by(Case.id.desc())


def _due_first() -> ColumnElement[datetime]:
    """SQL expression: the nearest running deadline; `least` ignores NULL.

    `words.next_due` computes the same for one case.
    """
    unanswered = case((Case.responded_at.is_(None), Case.respond_by))
    return func.least(Case.sign_by, unanswered, Case.resolve_by)
