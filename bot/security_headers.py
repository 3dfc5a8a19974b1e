"""Security headers of every response."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'self'; img-src 'self' blob:; media-src 'self' blob:; object-src 'none'; "
        b"base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
# Only over TLS: a browser that has once seen it refuses plain HTTP for this host.
HSTS = (b"strict-transport-security", b"max-age=31536000")
NO_STORE = (b"cache-control", b"no-store")
_NAMES = frozenset(name for name, _ in (*HEADERS, HSTS))
# What answers here holds words of residents, unless the route itself allows caches.
_PERSONAL = (
    "/api/",
    "/console",
    "/chat/sessions",
    "/chat/messages",
    "/chat/events",
    "/chat/notice",
)


class SecurityHeaders:
    """ASGI middleware that adds HEADERS without a task or queue for each request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _with_headers(scope, message.get("headers", ()))
            await send(message)

        return await self._app(scope, receive, send_with_headers)


def _with_headers(
    scope: Scope, headers_of_app: list[tuple[bytes, bytes]]
) -> list[tuple[bytes, bytes]]:
    headers = [header for header in headers_of_app if header[0].lower() not in _NAMES]
    headers.extend(HEADERS)
    if scope["scheme"] == "https":
        headers.append(HSTS)
    if scope["path"].startswith(_PERSONAL) and NO_STORE[0] not in {
        name.lower() for name, _ in headers_of_app
    }:
        headers.append(NO_STORE)
    return headers
