"""The audit of refusals: which address a signed-in member of staff was forbidden (403)."""

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.clock import now
from backend.database import Database
from backend.models.staff import StaffAccount
from backend.staff.accounts import audit
from backend.vocabulary.messages import storable

LONGEST_PATH = 200
_STAFF = "staff"


def remember(request: Request, staff: StaffAccount) -> None:
    """Note for the audit who sent the request."""
    setattr(request.state, _STAFF, staff)


class Refusals:
    """ASGI middleware that audits each 403, in a transaction of its own."""

    def __init__(self, app: ASGIApp, *, database: Database) -> None:
        self._app = app
        self._database = database

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        state = scope.setdefault("state", {})

        async def send_audited(message: Message) -> None:
            is_refusal = message["type"] == "http.response.start" and message["status"] == 403
            if is_refusal and state.get(_STAFF):
                await run_in_threadpool(self._audit, state[_STAFF], scope)
            await send(message)

        return await self._app(scope, receive, send_audited)

    def _audit(self, staff: StaffAccount, scope: Scope) -> None:
        with self._database.begin() as session:
            audit(session, staff, "refused", storable(scope["path"])[:LONGEST_PATH], now=now())
