"""An OpenAI-compatible chat completion that enforces the API and misbehaves as told.

with running_model() as model:
    model.says(advice_json(), SLOW, "prose")  # one for each question
"""

import asyncio
import json
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.fakes import serving

KEY, MODEL = "secret-key", "qwen-test"


class Fault(Enum):
    SLOW = "longer than anybody waits"
    ERROR = "500"
    FLOOD = "an answer without an end"


SLOW, ERROR, FLOOD = Fault.SLOW, Fault.ERROR, Fault.FLOOD
SLOW_SECONDS = 8.0


def advice_json(**changed: Any) -> str:
    advice = {
        "summary": "路灯不亮",
        "matter": "路灯坏了",
        "place": "文三路",
        "wish": "修好",
        "unit_type": "urban_management",
        "reason": "路灯由综合行政执法养护",
        "draft": "",
        "articles": [],
    }
    return json.dumps(advice | changed, ensure_ascii=False)


@dataclass
class FakeModel:
    url: str = ""
    script: deque[Any] = field(default_factory=deque)
    questions: list[dict[str, Any]] = field(default_factory=list)
    over: bool = False

    def says(self, *answers: Any) -> None:
        self.script.extend(answers)

    @property
    def shown(self) -> str:
        """The content of the last question's message."""
        return str(self.questions[-1]["messages"][1]["content"])

    async def answer(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return JSONResponse({"error": {"message": "no such key"}}, 401)
        body = await request.json()
        self.questions.append(body)
        schema = body["response_format"]["json_schema"]["schema"]
        if body["model"] != MODEL or schema["additionalProperties"] is not False:
            return JSONResponse({"error": {"message": "bad request"}}, 400)
        answer = self.script.popleft()
        if answer is ERROR:
            return JSONResponse({"error": {"message": "overloaded"}}, 500)
        if answer is SLOW:
            await self._dawdle()
        content = (
            "长" * 200_000 if answer is FLOOD else answer if isinstance(answer, str) else "晚了"
        )
        return JSONResponse({"choices": [{"message": {"role": "assistant", "content": content}}]})

    async def _dawdle(self) -> None:
        for _ in range(int(SLOW_SECONDS / 0.02)):
            if self.over:
                return
            await asyncio.sleep(0.02)


@contextmanager
def running_model() -> Iterator[FakeModel]:
    fake = FakeModel()
    with serving(
        Starlette(routes=[Route("/v1/chat/completions", fake.answer, methods=["POST"])])
    ) as url:
        fake.url = f"{url}/v1"
        yield fake
        fake.over = True
