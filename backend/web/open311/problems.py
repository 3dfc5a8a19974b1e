"""Errors as GeoReport v2 wants them: a list of codes and sentences in the request's format."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from backend.database import Unavailable
from backend.errors import MinhuError, NotFound, NotSignedIn
from backend.web.open311.formats import answer

MALFORMED = "请求不完整或写法不对，请对照接口说明检查"
BUSY = "系统正忙，请稍后再试"


class BadRequest(MinhuError):
    """A request with wrong parameters; `reasons` holds every problem."""

    status_code = 400

    def __init__(self, *reasons: str) -> None:
        super().__init__("；".join(reasons))
        self.reasons = reasons


class Open311Route(APIRoute):
    """Maps every error to the standard's codes: 404 not there, 403 no valid key, else 400."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def with_errors(request: Request) -> Response:
            try:
                return await handle(request)
            except BadRequest as error:
                return errors(request, 400, error.reasons)
            except NotFound as error:
                return errors(request, 404, [error.message])
            except NotSignedIn as error:
                return errors(request, 403, [error.message])
            except MinhuError as error:
                return errors(request, 400, [error.message])
            except (RequestValidationError, HTTPException):
                return errors(request, 400, [MALFORMED])
            except Unavailable:
                return errors(request, 503, [BUSY])

        return with_errors


def errors(request: Request, status: int, reasons: Sequence[str]) -> Response:
    content = [{"code": status, "description": reason} for reason in reasons]
    return answer(request, "errors", content, status)
