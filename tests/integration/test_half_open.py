"""Connections whose request does not come end, and slow answers are waited for."""

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.half_open import PatientProtocol
from tests.fakes import serving

HOLDS_ON = 10.0  # seconds; then the test gives up


class Impatient(PatientProtocol):
    header_seconds, body_seconds = 0.3, 0.6


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    """Its address, and how the reading of each body ended."""
    endings: list[str] = []

    async def take(request: Request) -> Response:
        try:
            endings.append(f"{len(await request.body())} bytes")
        except ClientDisconnect:
            endings.append("cut off")
        return Response("ok")

    app = Starlette(routes=[Route("/", take, methods=["GET", "POST"])])
    with serving(app, http=Impatient) as url:
        yield url, endings


def connected(url: str) -> socket.socket:
    address = urlsplit(url)
    return socket.create_connection((address.hostname or "", address.port or 0), HOLDS_ON)


@pytest.mark.parametrize("begun", [b"", b"G", b"GET / HTTP/1.1\r\nHost: minhu\r\nX-Slow: "])
def test_a_request_that_does_not_come_ends(server: tuple[str, list[str]], begun: bytes) -> None:
    with connected(server[0]) as line:
        line.sendall(begun)
        assert line.recv(1) == b""
    assert httpx.get(server[0]).text == "ok"


def test_a_body_that_stays_away_ends(server: tuple[str, list[str]]) -> None:
    url, endings = server
    with connected(url) as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: minhu\r\nContent-Length: 9\r\n\r\nslow")
        assert line.recv(1) == b""
    assert endings == ["cut off"]


def test_the_second_request_has_a_time_too(server: tuple[str, list[str]]) -> None:
    with connected(server[0]) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: minhu\r\n\r\nGET / HT")
        answer = b""
        while part := line.recv(4096):
            answer += part
        assert answer.count(b"200 OK") == 1
