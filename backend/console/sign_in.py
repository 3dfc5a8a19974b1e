import re
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from backend.api.tokens import LONGEST_NAME, LONGEST_PASSWORD, WRONG, new_token
from backend.console.pages import HOME, SIGN_IN, PageRoute, go_to, page
from backend.console.visitors import COOKIE, Form, Posted, form_of, posted_in, refuse_other_sites
from backend.database import Database
from backend.errors import NotSignedIn
from backend.staff.service import TOKEN_LIFE, sign_out

_OWN_PAGE = re.compile(r"/console(/[A-Za-z0-9_-]+)*")
EXPIRED = "登录已过期，请重新登录"
SIGNED_OUT = "已经退出"


def sign_in_routes(database: Database) -> APIRouter:
    routes = APIRouter(route_class=PageRoute)

    @routes.get("/sign-in")
    def show(request: Request, next: str = "", done: str = "") -> Response:
        notice = SIGNED_OUT if done else EXPIRED if COOKIE in request.cookies else ""
        return page("sign_in.html", next=next, username="", problem=None, notice=notice)

    @routes.post("/sign-in", dependencies=[Depends(refuse_other_sites)])
    def sign_in(request: Request, form: Annotated[Form, Depends(form_of)]) -> Response:
        username, back = form.get("username", ""), form.get("next", "")
        try:
            token = _token(database, username, form.get("password", ""))
        except NotSignedIn as problem:
            return page(
                "sign_in.html", status=401, next=back, username=username,
                problem=problem.message, notice="",
            )  # fmt: skip
        response = go_to(back if _OWN_PAGE.fullmatch(back) else HOME)
        response.set_cookie(
            COOKIE,
            token,
            max_age=int(TOKEN_LIFE.total_seconds()),
            path="/console",
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return response

    @routes.post("/sign-out")
    def leave(posted: Annotated[Posted, Depends(posted_in(database))]) -> Response:
        with database.begin() as session:
            sign_out(session, posted.visitor.token)
        response = go_to(f"{SIGN_IN}?done=1")
        response.delete_cookie(COOKIE, path="/console", httponly=True, samesite="strict")
        return response

    return routes


def _token(database: Database, username: str, password: str) -> str:
    if len(username) > LONGEST_NAME or len(password) > LONGEST_PASSWORD:
        raise NotSignedIn(WRONG)
    return new_token(database, username, password)
