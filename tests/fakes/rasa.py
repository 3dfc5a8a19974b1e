"""Rasa's parse server on 127.0.0.1, with the answers and the faults that a test asks for.

with running_rasa() as rasa:
    rasa.says(meaning("affirm"), SLOW, ERROR)  # one for each question; then as the trained model
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

from bot.rasa import training
from nlu.messages.parser import parser_of
from tests.fakes import serving

Parse = dict[str, Any]


class Fault(Enum):
    SLOW = "longer than anybody waits"
    ERROR = "500"
    NOT_JSON = "a proxy's page"


SLOW, ERROR, NOT_JSON = Fault.SLOW, Fault.ERROR, Fault.NOT_JSON
SLOW_SECONDS = 10.0
GARBAGE: list[Any] = [
    {},
    [],
    {"intent": None},
    {"intent": {"name": "affirm"}},
    {"intent": "affirm"},
]


def meaning(
    intent: str, confidence: float = 0.95, places: tuple[tuple[int, int], ...] = ()
) -> Parse:
    """What Rasa says of a text; `places` are spans of it."""
    entities = [{"entity": "location", "start": start, "end": end} for start, end in places]
    return {"intent": {"name": intent, "confidence": confidence}, "entities": entities}


@dataclass
class FakeRasa:
    url: str = ""
    words: list[str] = field(default_factory=list)  # that it was asked about
    script: deque[Any] = field(default_factory=deque)
    # What happens elsewhere while Rasa thinks, e.g. a member of staff takes the chat.
    meanwhile: Callable[[], None] | None = None
    over: bool = False

    def forget(self) -> None:
        """As new, for the next test."""
        self.words.clear()
        self.script.clear()
        self.meanwhile = None

    def says(self, *answers: Any) -> None:
        self.script.extend(answers)

    async def answer(self, request: Request) -> Response:
        words = (await request.json())["text"]
        self.words.append(words)
        if self.meanwhile:
            await run_in_threadpool(self.meanwhile)
        answer = self.script.popleft() if self.script else _trained(words)
        if answer is SLOW:
            await self._dawdle()
        if answer is ERROR:
            return JSONResponse({"status": "failure"}, 500)
        if isinstance(answer, Fault):
            return PlainTextResponse("<h1>Welcome</h1>")
        return JSONResponse(answer)

    async def _dawdle(self) -> None:
        for _ in range(int(SLOW_SECONDS / 0.02)):
            if self.over:
                return
            await asyncio.sleep(0.02)


def _trained(words: str) -> Parse:
    return {"text": words, **parser_of(training.MODEL).parse(words)}


async def hello(_: Request) -> Response:
    return PlainTextResponse("Hello from Rasa: 3.6.21")


@contextmanager
def running_rasa() -> Iterator[FakeRasa]:
    fake = FakeRasa()
    routes = [Route("/", hello), Route("/model/parse", fake.answer, methods=["POST"])]
    with serving(Starlette(routes=routes)) as url:
        fake.url = url
        yield fake
        fake.over = True


def nobody_home() -> str:
    """An address where nothing listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{listener.getsockname()[1]}"
