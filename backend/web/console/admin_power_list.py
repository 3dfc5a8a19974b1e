"""「管理 · 权力清单」: the list in use, and what a changed file would change."""

from collections import Counter
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session

from backend.clock import now
from backend.database import Database
from backend.errors import BadInput
from backend.routing.list_replay import MOST_CASES, ListReplay, compare, read_list, versions_used
from backend.staff.accounts import audit
from backend.staff.permissions import require_administers, require_administers_city
from backend.web.console.auth import Visitor, visitor_of
from backend.web.console.frame import Refusal, desk_page
from backend.web.console.pages import ConsoleRoute
from backend.web.console.posted_file import PostedFile, file_in
from nlu.city.loaded import power_list

MOST_SHOWN = 100
COLUMNS = {
    "title": "事项", "domain": "领域", "matter": "事由", "detail": "细目", "keywords": "关键词",
    "unit_types": "单位类型", "tier": "层级", "size": "大小", "respond_days": "答复天数",
    "resolve_days": "办结天数", "legal_basis": "依据",
}  # fmt: skip


def power_list_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/admin/power-list", route_class=ConsoleRoute)

    @routes.get("")
    def show(visitor: Annotated[Visitor, Depends(visitor_of(database))]) -> Response:
        with database.begin() as session:
            return _page(session, visitor)

    @routes.post("")
    def preview(sent: Annotated[PostedFile, Depends(file_in(database))]) -> Response:
        require_administers_city(sent.staff)
        with database.begin() as session:
            audit(session, sent.staff, "check_power_list", sent.name, now=now())
            try:
                changed = sent.read(partial(read_list, in_use=power_list()))
            except BadInput as problem:
                return _page(session, sent.posted.visitor, problem)
            replay = compare(session, power_list(), changed)
            return _page(session, sent.posted.visitor, replay=replay, file=sent.name)

    return routes


def _page(
    session: Session,
    visitor: Visitor,
    problem: Refusal = None,
    *,
    replay: ListReplay | None = None,
    file: str = "",
) -> Response:
    require_administers(visitor.staff)
    return desk_page(
        session, visitor, "admin_power_list.html", problem,
        in_use=power_list(),
        domains=Counter(item.domain for item in power_list().items),
        versions=versions_used(session),
        replay=replay,
        file=file,
        most=MOST_SHOWN,
        most_cases=MOST_CASES,
        columns=COLUMNS,
    )  # fmt: skip
