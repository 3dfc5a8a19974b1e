"""Signing in to the console and out of it."""

from collections.abc import Collection
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from backend.clock import now
from backend.database import Database
from backend.errors import NotSignedIn, TooManyWaiting
from backend.models.staff import Role
from backend.staff import passwords
from backend.staff.accounts import by_token, sign_out
from backend.staff.sign_in import LONGEST_CODE, LONGEST_NAME, WRONG, Credentials, sign_in
from backend.web.console.auth import (
    COOKIE,
    Posted,
    Visitor,
    keep_session,
    posted_in,
    refuse_other_sites,
)
from backend.web.console.kept_forms import restored
from backend.web.console.pages import (
    EXPIRED,
    HOME,
    OWN_PAGE,
    SIGN_IN,
    SIGNED_IN_AGAIN,
    ConsoleRoute,
    send_again_page,
    sign_in_page,
)
from backend.web.forms import Form, form_of
from backend.web.inputs import address_of
from backend.web.pages import go_to

SIGNED_OUT = "已经退出"


def sign_in_routes(database: Database, code_roles: Collection[Role] = ()) -> APIRouter:
    """`code_roles` are the roles that need a second factor."""
    routes = APIRouter(route_class=ConsoleRoute)

    @routes.get("/sign-in")
    def show(request: Request, next: str = "", done: str = "") -> Response:
        notice = SIGNED_OUT if done else EXPIRED if COOKIE in request.cookies else ""
        return sign_in_page(next=next, notice=notice)

    @routes.post("/sign-in", dependencies=[Depends(refuse_other_sites)])
    def enter(request: Request, form: Annotated[Form, Depends(form_of)]) -> Response:
        credentials, back, entries = _credentials(form), form.get("next", ""), restored(form)
        try:
            if credentials is None:
                raise NotSignedIn(WRONG)
            address = address_of(request)
            token = sign_in(database, credentials, address=address, code_roles=code_roles)
        except (NotSignedIn, TooManyWaiting) as problem:
            return sign_in_page(
                status=problem.status_code,
                next=back,
                entries=entries,
                username=form.get("username", ""),
                problem=problem.message,
            )
        response = _continue(database, token, back if OWN_PAGE.fullmatch(back) else HOME, entries)
        keep_session(response, request, token)
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
    """Redirect to the page `back`; with kept entries, show the page that sends them again."""
    if not entries:
        return go_to(back)
    with database.begin() as session:
        visitor = Visitor(by_token(session, token, now=now()), token)
    return send_again_page(visitor, back, entries, SIGNED_IN_AGAIN, status=200)


def _credentials(form: Form) -> Credentials | None:
    """The typed credentials; None if a field is longer than any valid one."""
    name, password, code = (form.get(field, "") for field in ("username", "password", "code"))
    if len(name) > LONGEST_NAME or len(password) > passwords.LONGEST or len(code) > LONGEST_CODE:
        return None
    return Credentials(name, password, code)
