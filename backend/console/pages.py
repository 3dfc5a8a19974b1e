"""Pages: the templates, and errors as pages in Chinese."""

from collections.abc import Callable, Coroutine
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from starlette.exceptions import HTTPException

from backend.api.case_json import as_given
from backend.api.labels import CHANNEL_LABELS, KIND_LABELS, TIER_LABELS
from backend.cases.lifecycle import Action, Status
from backend.clock import now
from backend.console import evidence, words
from backend.errors import MinhuError, NotSignedIn
from backend.joint.lifecycle import TaskStatus
from backend.sources.registry import source_name
from backend.staff.models import Role

HOME = "/console/cases"
SIGN_IN = "/console/sign-in"
TEMPLATES = Path(__file__).parent / "templates"

MALFORMED = "这个地址或表单不对，请回到列表重新打开"
BUSY = "系统正忙，请稍后再试"


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
    )
    return environment


def page(template: str, *, status: int = 200, **shown: Any) -> HTMLResponse:
    html = _environment().get_template(template).render(now=now(), **shown)
    return HTMLResponse(html, status)


def go_to(address: str) -> RedirectResponse:
    return RedirectResponse(address, 303)


def problem_page(message: str, status: int) -> HTMLResponse:
    return page("problem.html", status=status, message=message)


class PageRoute(APIRoute):
    """Answers every error with a page, and keeps pages with residents' data out of caches."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def as_page(request: Request) -> Response:
            try:
                response = await handle(request)
            except NotSignedIn:
                response = go_to(_sign_in_and_back(request))
            except MinhuError as error:
                response = problem_page(error.message, error.status_code)
            except RequestValidationError:
                response = problem_page(MALFORMED, 400)
            except HTTPException as error:
                response = problem_page(MALFORMED, error.status_code)
            except (OperationalError, NoFreeConnection):
                response = problem_page(BUSY, 503)
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        return as_page


def _sign_in_and_back(request: Request) -> str:
    """To the sign-in page, which knows where to return to."""
    back = f"?next={request.url.path}" if request.method == "GET" else ""
    return f"{SIGN_IN}{back}"
