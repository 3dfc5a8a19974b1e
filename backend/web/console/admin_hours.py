"""「管理 · 值班」: when people answer chats, and who owns a new emergency."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session

from backend.clock import now
from backend.conversations.desk_settings import HOURS, latest
from backend.conversations.duty import current_hours
from backend.database import Database
from backend.deadlines.city import calendar
from backend.desk.duty_editing import save_hours
from backend.errors import MinhuError
from backend.staff.accounts import audit
from backend.staff.permissions import require_administers, require_administers_city
from backend.web.console.auth import Posted, Visitor, posted_in, visitor_of
from backend.web.console.frame import Refusal, desk_page, step_or_page
from backend.web.console.pages import ConsoleRoute
from backend.web.forms import Form, number_in

HERE = "/console/admin/hours"


def hours_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/admin/hours", route_class=ConsoleRoute)

    @routes.get("")
    def show(
        visitor: Annotated[Visitor, Depends(visitor_of(database))], done: str = ""
    ) -> Response:
        with database.begin() as session:
            return _page(session, visitor, None, notice="记下了，从现在起算。" if done else "")

    @routes.post("")
    def save(post: Annotated[Posted, Depends(posted_in(database))]) -> Response:
        return step_or_page(database, partial(_save, post), partial(_again, post))

    return routes


def _save(post: Posted, session: Session) -> str:
    require_administers_city(post.staff)
    save_hours(session, post.staff, post.form, over=number_in(post.form, "over"), now=now())
    audit(session, post.staff, "edit_hours", HOURS, now=now())
    return f"{HERE}?done=1"


def _again(post: Posted, session: Session, problem: MinhuError) -> Response:
    return _page(session, post.visitor, post.form, problem)


def _page(
    session: Session,
    visitor: Visitor,
    entries: Form | None,
    problem: Refusal = None,
    *,
    notice: str = "",
) -> Response:
    require_administers(visitor.staff)
    hours = current_hours(session)
    stored = hours.as_json()
    fields = {name: str(text) for name, text in stored["hours"].items()}
    fields |= {name: " ".join(people) for name, people in stored["duty"].items()}
    return desk_page(
        session, visitor, "admin_hours.html", problem,
        fields=fields if entries is None else entries,
        version=latest(session, HOURS),
        opens_at=hours.opens_at(now(), calendar()),
        on_duty=hours.on_duty(now(), calendar()),
        notice=notice,
    )  # fmt: skip
