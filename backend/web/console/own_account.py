"""「我的账号」: one's own password and sign-ins."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy.orm import Session

from backend.clock import now
from backend.database import Database
from backend.errors import BadInput
from backend.models.staff import StaffAccount
from backend.staff import passwords
from backend.staff.accounts import audit, change_password, end_sign_ins
from backend.staff.administration import check_password, own_sign_ins
from backend.web.console.auth import Posted, Visitor, posted_in, visitor_of
from backend.web.console.frame import Refusal, desk_page
from backend.web.console.pages import ConsoleRoute
from backend.web.pages import go_to

HERE = "/console/account"
DONE = {"password": "密码改好了，别处的登录都退出了", "sessions": "别处的登录都退出了"}


def own_account_routes(database: Database) -> APIRouter:
    routes = APIRouter(prefix="/account", route_class=ConsoleRoute)
    here, posted = Depends(visitor_of(database)), Depends(posted_in(database))

    @routes.get("")
    def show(visitor: Annotated[Visitor, here], done: str = "") -> Response:
        with database.begin() as session:
            return _page(session, visitor, notice=DONE.get(done, ""))

    @routes.post("/password")
    def change(post: Annotated[Posted, posted]) -> Response:
        try:
            _change(database, post)
        except BadInput as problem:
            with database.begin() as session:
                return _page(session, post.visitor, problem)
        return go_to(f"{HERE}?done=password")

    @routes.post("/sessions")
    def end_others(post: Annotated[Posted, posted]) -> Response:
        with database.begin() as session:
            end_sign_ins(session, post.staff, but_token=post.visitor.token)
            audit(session, post.staff, "own_sessions", post.staff.username, now=now())
        return go_to(f"{HERE}?done=sessions")

    return routes


def _change(database: Database, post: Posted) -> None:
    """The present password is checked outside a transaction. Raises BadInput."""
    username, new = post.staff.username, post.form.get("password_new", "")
    if new != post.form.get("password_again", ""):
        raise BadInput("两次写的新密码不一样")
    check_password(new, username)
    with database.begin() as session:
        password_hash = session.get_one(StaffAccount, post.staff.id).password_hash
    if not passwords.matches(
        password_hash, post.form.get("password_present", "")[: passwords.LONGEST]
    ):
        raise BadInput("现在的密码不对")
    with database.begin() as session:
        change_password(session, username, new, but_token=post.visitor.token)
        audit(session, post.staff, "own_password", username, now=now())


def _page(
    session: Session, visitor: Visitor, problem: Refusal = None, *, notice: str = ""
) -> Response:
    running = own_sign_ins(session, visitor.staff, visitor.token, now=now())
    return desk_page(session, visitor, "own_account.html", problem, running=running, notice=notice)
