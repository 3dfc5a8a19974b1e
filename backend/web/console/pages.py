"""What the console answers where a session ended or a form is too old."""

from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from backend.errors import MinhuError, NotSignedIn
from backend.web.console import kept
from backend.web.console.auth import StaleForm, Visitor
from backend.web.forms import Form
from backend.web.pages import PageRoute, go_to, page, problem_page
from backend.web.sections import section_of

HOME = "/console/cases"
SIGN_IN = "/console/sign-in"

EXPIRED = "登录已过期，请重新登录"
OTHER_SESSION = "打开这一页以后，您重新登录过"
SIGNED_IN_AGAIN = "登录好了"


class ConsoleRoute(PageRoute):
    """A page of the staff's: without a session it leads to the sign-in page."""

    async def error_page(self, request: Request, error: MinhuError) -> Response:
        if isinstance(error, NotSignedIn):
            return await _sign_in_first(request)
        if isinstance(error, StaleForm):
            return _too_old(request, error)
        return await super().error_page(request, error)


def send_again_page(
    visitor: Visitor, address: str, typed: Form, why: str, *, status: int, had_files: bool = False
) -> HTMLResponse:
    return page(
        "send_again.html",
        status=status,
        visitor=visitor,
        address=address,
        kept=typed,
        written=kept.written(typed),
        why=why,
        had_files=had_files,
        section=section_of(address),
    )


async def _sign_in_first(request: Request) -> Response:
    """To the sign-in page, which knows where to return to, and what had been typed."""
    if request.method == "GET":
        back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return go_to(f"{SIGN_IN}?next={quote(back)}")
    typed = await kept.sent_with(request)
    if not typed:
        return go_to(SIGN_IN)
    return sign_in_page(next=request.url.path, typed=typed, problem=EXPIRED, status=401)


def sign_in_page(
    *,
    next: str,
    typed: Form | None = None,
    username: str = "",
    problem: str | None = None,
    notice: str = "",
    status: int = 200,
) -> HTMLResponse:
    """With what was typed on the page `next` before the session ended."""
    return page(
        "sign_in.html",
        status=status,
        next=next,
        kept={f"{kept.KEPT}{name}": value for name, value in (typed or {}).items()},
        username=username,
        problem=problem,
        notice=notice,
    )


def _too_old(request: Request, late: StaleForm) -> Response:
    typed = kept.fields(request, late.form)
    if typed is None:
        return problem_page(request, late.message, late.status_code)
    return send_again_page(
        late.visitor,
        request.url.path,
        typed,
        OTHER_SESSION,
        status=late.status_code,
        had_files=request.headers.get("content-type", "").startswith("multipart/"),
    )
