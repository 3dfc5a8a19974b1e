"""Signing in at the city's own provider (OpenID Connect), and coming back from there."""

import hmac
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from backend.database import Database
from backend.errors import NotSignedIn
from backend.staff import single_sign_on
from backend.staff.sign_in import sign_in_by_provider
from backend.staff.single_sign_on import FAILED, Attempt, Provider
from backend.web.console.auth import keep_session
from backend.web.console.pages import HOME, OWN_PAGE, SIGN_IN, ConsoleRoute, sign_in_page
from backend.web.inputs import address_of
from backend.web.pages import page

COOKIE = "minhu_provider"
COOKIE_SECONDS = 600
LEAVE, RETURN = "/sign-in/provider", "/sign-in/provider/return"
Field = Annotated[str, Query(max_length=4000)]


def single_sign_on_routes(
    database: Database, provider: Provider, public_url: str | None
) -> APIRouter:
    routes = APIRouter(route_class=ConsoleRoute)

    @routes.get(LEAVE)
    def leave(request: Request, next: Field = "") -> Response:
        attempt = Attempt.new()
        try:
            address = single_sign_on.address(provider, attempt, _return_to(request, public_url))
        except NotSignedIn as problem:
            return sign_in_page(next=next, problem=problem.message, status=502)
        response = RedirectResponse(address, 303)
        # Lax: the browser comes back from another site.
        response.set_cookie(
            COOKIE, urlencode({**vars(attempt), "next": next}), max_age=COOKIE_SECONDS,
            path=SIGN_IN, httponly=True, samesite="lax", secure=request.url.scheme == "https",
        )  # fmt: skip
        return response

    @routes.get(RETURN)
    def come_back(request: Request, code: Field = "", state: Field = "") -> Response:
        attempt, back = _attempt(request)
        try:
            if attempt is None or not code or not _is_same(attempt.state, state):
                raise NotSignedIn(FAILED)
            return_to = _return_to(request, public_url)
            name = single_sign_on.username(provider, attempt, return_to, code)
            token = sign_in_by_provider(database, name, address=address_of(request))
        except NotSignedIn as problem:
            return sign_in_page(next=back, problem=problem.message, status=401)
        # A page, not a redirect: after one from another site the strict cookie would not be sent.
        response = page("signed_in.html", address=back, notice="")
        response.headers["Refresh"] = f"0; url={back}"
        keep_session(response, request, token)
        response.delete_cookie(COOKIE, path=SIGN_IN, httponly=True, samesite="lax")
        return response

    return routes


def _return_to(request: Request, public_url: str | None) -> str:
    """The address that the provider has on its list; as MINHU_PUBLIC_URL says."""
    own = public_url or str(request.base_url)
    return f"{own.rstrip('/')}/console{RETURN}"


def _attempt(request: Request) -> tuple[Attempt | None, str]:
    """What this browser began, and the page of ours to go back to."""
    fields = dict(parse_qsl(request.cookies.get(COOKIE, "")))
    back = fields.pop("next", "")
    back = back if OWN_PAGE.fullmatch(back) else HOME
    return (Attempt(**fields) if set(fields) == {"state", "nonce", "verifier"} else None), back


def _is_same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
