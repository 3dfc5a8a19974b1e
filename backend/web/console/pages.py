"""The console's pages for an ended session and for a form of an earlier session."""

import re
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from backend.errors import MinhuError, NotSignedIn
from backend.web.console import kept_forms
from backend.web.console.auth import StaleForm, Visitor
from backend.web.forms import Form
from backend.web.pages import PageRoute, go_to, page, problem_page
from backend.web.sections import section_of

HOME = "/console/cases"
SIGN_IN = "/console/sign-in"

OWN_PAGE = re.compile(r"/console(/[A-Za-z0-9_-]+)*(\?[A-Za-z0-9_=&%.:+-]*)?")

EXPIRED = "登录已过期，请重新登录"
OTHER_SESSION = "打开这一页以后，您重新登录过"
SIGNED_IN_AGAIN = "登录好了"


class ConsoleRoute(PageRoute):
    """A page for staff; without a session the answer is the sign-in page."""

    async def error_page(self, request: Request, error: MinhuError) -> Response:
        if isinstance(error, NotSignedIn):
            return await _sign_in_first(request)
        if isinstance(error, StaleForm):
            return _too_old(request, error)
        return await super().error_page(request, error)


def send_again_page(
    visitor: Visitor,
    address: str,
    entries: Form,
    reason: str,
    *,
    status: int,
    had_files: bool = False,
) -> HTMLResponse:
    return page(
        "send_again.html",
        status=status,
        visitor=visitor,
        address=address,
        fields=entries,
        texts=kept_forms.labelled_texts(entries),
        reason=reason,
        had_files=had_files,
        section=section_of(address),
    )


async def _sign_in_first(request: Request) -> Response:
    """The sign-in page; it carries the address to return to and the fields of a sent form."""
    if request.method == "GET":
        back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return go_to(f"{SIGN_IN}?next={quote(back)}")
    entries = await kept_forms.read_fields(request)
    if not entries:
        return go_to(SIGN_IN)
    return sign_in_page(next=request.url.path, entries=entries, problem=EXPIRED, status=401)


def sign_in_page(
    *,
    next: str,
    entries: Form | None = None,
    username: str = "",
    problem: str | None = None,
    notice: str = "",
    status: int = 200,
) -> HTMLResponse:
    """The sign-in page; `entries` are fields sent to the page `next` after the session ended."""
    return page(
        "sign_in.html",
        status=status,
        next=next,
        fields={f"{kept_forms.PREFIX}{name}": value for name, value in (entries or {}).items()},
        username=username,
        problem=problem,
        notice=notice,
    )


def _too_old(request: Request, late: StaleForm) -> Response:
    entries = kept_forms.fields(request, late.form)
    if entries is None:
        return problem_page(request, late.message, late.status_code)
    return send_again_page(
        late.visitor,
        request.url.path,
        entries,
        OTHER_SESSION,
        status=late.status_code,
        had_files=request.headers.get("content-type", "").startswith("multipart/"),
    )
