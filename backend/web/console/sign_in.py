"""Signing in to the console and out of it."""

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from backend.clock import now
from backend.database import Database
from backend.errors import NotSignedIn
from backend.staff.accounts import (
    LONGEST_NAME,
    LONGEST_PASSWORD,
    TOKEN_LIFE,
    WRONG,
    by_token,
    new_token,
    sign_out,
)
from backend.web.console.auth import COOKIE, Posted, Visitor, posted_in, refuse_other_sites
from backend.web.console.kept_forms import restored
from backend.web.console.pages import (
    EXPIRED,
    HOME,
    SIGN_IN,
    SIGNED_IN_AGAIN,
    ConsoleRoute,
    send_again_page,
    sign_in_page,
)
from backend.web.forms import Form, form_of
from backend.web.pages import go_to

_OWN_PAGE = re.compile(r"/console(/[A-Za-z0-9_-]+)*(\?[A-Za-z0-9_=&%.:+-]*)?")
SIGNED_OUT = "已经退出"


def sign_in_routes(database: Database) -> APIRouter:
    routes = APIRouter(route_class=ConsoleRoute)

    @routes.get("/sign-in")
    def show(request: Request, next: str = "", done: str = "") -> Response:
        notice = SIGNED_OUT if done else EXPIRED if COOKIE in request.cookies else ""
        return sign_in_page(next=next, notice=notice)

    @routes.post("/sign-in", dependencies=[Depends(refuse_other_sites)])
    def sign_in(request: Request, form: Annotated[Form, Depends(form_of)]) -> Response:
        username, back, entries = form.get("username", ""), form.get("next", ""), restored(form)
        try:
            token = _new_token(database, username, form.get("password", ""))
        except NotSignedIn as problem:
            return sign_in_page(
                status=401, next=back, entries=entries, username=username, problem=problem.message
            )
        response = _continue(database, token, back if _OWN_PAGE.fullmatch(back) else HOME, entries)
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


def _continue(database: Database, token: str, back: str, entries: Form) -> Response:
    """To the page `back`; with fields kept, to the page that sends them again."""
    if not entries:
        return go_to(back)
    with database.begin() as session:
        visitor = Visitor(by_token(session, token, now=now()), token)
    return send_again_page(visitor, back, entries, SIGNED_IN_AGAIN, status=200)


def _new_token(database: Database, username: str, password: str) -> str:
    if len(username) > LONGEST_NAME or len(password) > LONGEST_PASSWORD:
        raise NotSignedIn(WRONG)
    return new_token(database, username, password)
