"""Renders templates, and answers errors with a page in Chinese."""

from collections.abc import Awaitable, Callable, Coroutine
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException

from backend.clock import now
from backend.database import Unavailable
from backend.desk.case_file import as_given
from backend.desk.queue_labels import queue_label
from backend.errors import MinhuError, NotAllowed
from backend.models.staff import Role
from backend.sources.registry import source_name
from backend.vocabulary.case_lifecycle import Action, Status
from backend.vocabulary.labels import CHANNEL_LABELS, KIND_LABELS, TIER_LABELS
from backend.vocabulary.task_lifecycle import TaskStatus
from backend.web import words
from backend.web.sections import is_public, own_desk, section_of

TEMPLATES = Path(__file__).parent / "templates"

MALFORMED = "这个地址或表单不对，请回到列表重新打开"
BUSY = "系统正忙，请稍后再试"
RETRY_SECONDS = "5"

# Whether the app that answers this request understands without Rasa; several apps may share a
# process.
_is_degraded: ContextVar[Callable[[], bool]] = ContextVar("is_degraded", default=lambda: False)
_has_provider: ContextVar[bool] = ContextVar("has_provider", default=False)


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
        queue_label=queue_label,
        Status=Status,
        Action=Action,
        TaskStatus=TaskStatus,
        Role=Role,
        kinds=KIND_LABELS,
        tiers=TIER_LABELS,
        channels=CHANNEL_LABELS,
        source_name=source_name,
        as_given=as_given,
        is_degraded=lambda: _is_degraded.get()(),
        has_provider=lambda: _has_provider.get(),
    )
    return environment


def notice_when(is_degraded: Callable[[], bool]) -> Callable[[], Awaitable[None]]:
    """A dependency of routes: their pages show a notice while `is_degraded()` is true.

    It is async, because a context variable set in a thread does not reach the route.
    """

    async def remember() -> None:
        _is_degraded.set(is_degraded)

    return remember


def offering_provider(*, is_there: bool) -> Callable[[], Awaitable[None]]:
    """A dependency of routes: their sign-in page leads to the city's single sign-on."""

    async def remember() -> None:
        _has_provider.set(is_there)

    return remember


def page(template: str, *, status: int = 200, **variables: Any) -> HTMLResponse:
    html = _environment().get_template(template).render(now=now(), **variables)
    return HTMLResponse(html, status)


def go_to(address: str) -> RedirectResponse:
    return RedirectResponse(address, 303)


def problem_page(request: Request, message: str, status: int) -> HTMLResponse:
    path = request.url.path
    layout = "public.html" if is_public(path) else "base.html"
    section = own_desk(path) if status == NotAllowed.status_code else section_of(path)
    return page("problem.html", status=status, message=message, section=section, layout=layout)


class PageRoute(APIRoute):
    """Answers every error with a page; keeps pages out of caches, as they hold residents' data."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def as_page(request: Request) -> Response:
            try:
                response = await handle(request)
            except MinhuError as error:
                response = await self.error_page(request, error)
            except RequestValidationError:
                response = problem_page(request, MALFORMED, 400)
            except HTTPException as error:
                response = problem_page(request, MALFORMED, error.status_code)
            except Unavailable:
                response = problem_page(request, BUSY, 503)
                if request.method == "GET":
                    response.headers["Refresh"] = RETRY_SECONDS  # comes back by itself
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        return as_page

    async def error_page(self, request: Request, error: MinhuError) -> Response:
        return problem_page(request, error.message, error.status_code)
