"""Rasa's REST channel on 127.0.0.1, with the answers and the faults that a test asks for.

with running_rasa() as rasa:
    rasa.says("在什么地方？", SLOW, FAILED)  # one for each message; then it echoes
"""

import asyncio
import socket
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tests.fakes import serving

Message = dict[str, Any]


class Fault(Enum):
    SLOW = "longer than anybody waits"
    ERROR = "500"
    NOT_JSON = "a proxy's page"


SLOW, ERROR, NOT_JSON = Fault.SLOW, Fault.ERROR, Fault.NOT_JSON
EMPTY: list[Message] = []  # what Rasa says when an action's answer was lost
FAILED: list[Message] = [{"custom": {"failed": True}}]  # what our action route says
SLOW_SECONDS = 10.0


def with_buttons(text: str, *buttons: tuple[str, str], **data: Any) -> list[Message]:
    """One message; `buttons` are (title, payload), each with `data`."""
    shown = [{"title": title, "payload": say, "data": data} for title, say in buttons]
    return [{"text": text, "buttons": shown}]


@dataclass
class FakeRasa:
    url: str = ""
    heard: list[Message] = field(default_factory=list)
    script: deque[Any] = field(default_factory=deque)
    # What happens elsewhere while Rasa thinks, e.g. a member of staff takes the chat.
    meanwhile: Callable[[], None] | None = None
    over: bool = False

    def forget(self) -> None:
        """As new, for the next test."""
        self.heard.clear()
        self.script.clear()
        self.meanwhile = None

    def says(self, *answers: str | list[Message] | Fault) -> None:
        self.script.extend(answers)

    @property
    def words(self) -> list[str]:
        return [message["message"] for message in self.heard]

    async def answer(self, request: Request) -> Response:
        message = await request.json()
        self.heard.append(message)
        if self.meanwhile:
            await run_in_threadpool(self.meanwhile)
        said = self.script.popleft() if self.script else f"听到：{message['message']}"
        if said is SLOW:
            await self._dawdle()
        if said is ERROR:
            return JSONResponse({"status": "failure"}, 500)
        if isinstance(said, Fault):
            return PlainTextResponse("<h1>Welcome</h1>")
        messages = [{"text": said}] if isinstance(said, str) else said
        return JSONResponse([{"recipient_id": message["sender"], **one} for one in messages])

    async def _dawdle(self) -> None:
        for _ in range(int(SLOW_SECONDS / 0.02)):
            if self.over:
                return
            await asyncio.sleep(0.02)


async def hello(_: Request) -> Response:
    return PlainTextResponse("Hello from Rasa: 3.6.21")


@contextmanager
def running_rasa() -> Iterator[FakeRasa]:
    fake = FakeRasa()
    routes = [
        Route("/", hello),
        Route("/webhooks/rest/webhook", fake.answer, methods=["POST"]),
    ]
    with serving(Starlette(routes=routes)) as url:
        fake.url = url
        yield fake
        fake.over = True


def nobody_home() -> str:
    """An address where nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"
