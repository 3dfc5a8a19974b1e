"""「管理 · 账号」: create, disable, reset the password, end sign-ins, change role and unit."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session

from backend.clock import now
from backend.database import Database
from backend.errors import BadInput, MinhuError, NotFound
from backend.models.staff import Role
from backend.staff import administration
from backend.staff.accounts import audit, change_password, end_sign_ins, set_active
from backend.staff.administration import NewAccount, account_for, check_password
from backend.web.console.auth import Posted, Visitor, posted_in, visitor_of
from backend.web.console.frame import Refusal, desk_page, step_or_page
from backend.web.console.pages import ConsoleRoute
from backend.web.forms import Form
from backend.web.inputs import Page, Words

HERE = "/console/admin/accounts"
DONE = f"{HERE}?done=1"
_Step = Callable[[Session, Posted, str], None]


def account_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/admin/accounts", route_class=ConsoleRoute)
    here, posted = Depends(visitor_of(database)), Depends(posted_in(database))

    @routes.get("")
    def show(
        visitor: Annotated[Visitor, here], done: str = "", q: Words = None, page: Page = None
    ) -> Response:
        notice = "办好了" if done else ""
        with database.begin() as session:
            return _page(session, visitor, {}, notice=notice, words=q or "", number=page or 1)

    @routes.post("")
    def create(post: Annotated[Posted, posted]) -> Response:
        return step_or_page(database, partial(_create, post), partial(_refused, post))

    @routes.post("/{username}/{name}")
    def step(username: str, name: str, post: Annotated[Posted, posted]) -> Response:
        if name not in _STEPS:
            raise NotFound("没有这一步")
        take = partial(_step, post, username, name)
        return step_or_page(database, take, partial(_refused, post))

    return routes


def _create(post: Posted, session: Session) -> str:
    entries = ("username", "name", "role", "unit", "password")
    new = NewAccount(*(post.form.get(entry, "") for entry in entries))
    administration.create(session, post.staff, new)
    audit(session, post.staff, "create_account", new.username, now=now(), role=new.role)
    return DONE


def _step(post: Posted, username: str, name: str, session: Session) -> str:
    account_for(session, post.staff, username)
    _STEPS[name](session, post, username)
    reason = post.form.get("reason", "")[:200]
    audit(session, post.staff, f"{name}_account", username, now=now(), reason=reason)
    return DONE


def _refused(post: Posted, session: Session, problem: MinhuError) -> Response:
    return _page(session, post.visitor, post.form, problem)


def _disable(session: Session, post: Posted, username: str) -> None:
    if not post.form.get("reason", "").strip():
        raise BadInput("停用账号要写原因")
    set_active(session, username, active=False)


def _password(session: Session, post: Posted, username: str) -> None:
    password = post.form.get("password", "")
    check_password(password, username)
    change_password(session, username, password)


def _sessions(session: Session, post: Posted, username: str) -> None:
    end_sign_ins(session, account_for(session, post.staff, username))


def _move(session: Session, post: Posted, username: str) -> None:
    role, unit = post.form.get("role", ""), post.form.get("unit", "")
    administration.move(session, post.staff, username, role, unit)


_STEPS: Mapping[str, _Step] = {
    "disable": _disable,
    "enable": lambda session, _, username: set_active(session, username, active=True),
    "password": _password,
    "sessions": _sessions,
    "move": _move,
}


def _page(
    session: Session,
    visitor: Visitor,
    entries: Form,
    problem: Refusal = None,
    *,
    notice: str = "",
    words: str = "",
    number: int = 1,
) -> Response:
    return desk_page(
        session, visitor, "admin_accounts.html", problem,
        listed=administration.accounts_of(session, visitor.staff, words, number),
        q=words,
        number=number,
        sign_ins=administration.sign_ins(session, now=now()),
        roles=list(Role),
        entries=entries,
        notice=notice,
    )  # fmt: skip
