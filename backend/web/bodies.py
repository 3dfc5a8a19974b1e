"""Limits of request bodies. FastAPI enforces `MOST_BYTES` on every route, and more on a few."""

from fastapi import Request

from backend.errors import TooLarge

MOST_BYTES = 500_000  # a route may have a smaller limit of its own, with its own words
FORM_BYTES = 100_000  # of the fields and borders around the files of a form


async def read_body(request: Request, *, most_bytes: int, problem: str) -> bytes:
    """The request's body. Raises TooLarge, which says `problem`, without reading to its end."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most_bytes:
            raise TooLarge(problem)
    return bytes(body)
