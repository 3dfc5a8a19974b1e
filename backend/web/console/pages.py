"""Pages: the templates, and errors as pages in Chinese."""

from collections.abc import Callable, Coroutine
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException

from backend.clock import now
from backend.database import Unavailable
from backend.desk.case_file import as_given
from backend.errors import MinhuError, NotSignedIn
from backend.models.staff import Role
from backend.sources.registry import source_name
from backend.vocabulary.case_lifecycle import Action, Status
from backend.vocabulary.labels import CHANNEL_LABELS, KIND_LABELS, TIER_LABELS
from backend.vocabulary.task_lifecycle import TaskStatus
from backend.web.console import evidence, kept, words
from backend.web.console.auth import Form, StaleForm, Visitor
from backend.web.console.sections import section_of

HOME = "/console/cases"
SIGN_IN = "/console/sign-in"
TEMPLATES = Path(__file__).parent / "templates"

MALFORMED = "这个地址或表单不对，请回到列表重新打开"
BUSY = "系统正忙，请稍后再试"
EXPIRED = "登录已过期，请重新登录"
OTHER_SESSION = "打开这一页以后，您重新登录过"
SIGNED_IN_AGAIN = "登录好了"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        words=words,
        evidence=evidence,
        Status=Status,
        Action=Action,
        TaskStatus=TaskStatus,
        Role=Role,
        kinds=KIND_LABELS,
        tiers=TIER_LABELS,
        channels=CHANNEL_LABELS,
        source_name=source_name,
        as_given=as_given,
        is_degraded=lambda: False,
    )
    return environment


def show_when_degraded(is_degraded: Callable[[], bool]) -> None:
    _environment().globals["is_degraded"] = is_degraded


def page(template: str, *, status: int = 200, **shown: Any) -> HTMLResponse:
    html = _environment().get_template(template).render(now=now(), **shown)
    return HTMLResponse(html, status)


def go_to(address: str) -> RedirectResponse:
    return RedirectResponse(address, 303)


def problem_page(request: Request, message: str, status: int) -> HTMLResponse:
    section = section_of(request.url.path)
    return page("problem.html", status=status, message=message, section=section)


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


class PageRoute(APIRoute):
    """Answers every error with a page, and keeps pages with residents' data out of caches."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def as_page(request: Request) -> Response:
            try:
                response = await handle(request)
            except NotSignedIn:
                response = await _sign_in_first(request)
            except StaleForm as late:
                response = _too_old(request, late)
            except MinhuError as error:
                response = problem_page(request, error.message, error.status_code)
            except RequestValidationError:
                response = problem_page(request, MALFORMED, 400)
            except HTTPException as error:
                response = problem_page(request, MALFORMED, error.status_code)
            except Unavailable:
                response = problem_page(request, BUSY, 503)
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        return as_page


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
