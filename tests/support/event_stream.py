"""The console's stream of events as a browser reads it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from tests.support.staff_app import Town


class Events:
    """The events of an open stream, read one after the other."""

    def __init__(self, answer: httpx.Response) -> None:
        self.status_code = answer.status_code
        self.last_id = ""
        self._lines = answer.iter_lines()

    def next(self) -> tuple[str, Any]:
        """(name, content) of the next event; raises StopIteration when the stream has ended."""
        fields: dict[str, str] = {}
        while True:
            line = next(self._lines)
            if not line and "event" in fields:
                self.last_id = fields.get("id", self.last_id)
                return fields["event"], json.loads(fields.get("data") or "null")
            name, _, value = line.partition(": ")
            if name in {"id", "event", "data"}:
                fields[name] = value

    def news(self) -> dict[str, Any]:
        name, content = self.next()
        assert name == "news"
        return content  # type: ignore[no-any-return]


@contextmanager
def open_events(
    town: Town, token: str, *, chat: int | None = None, last: str = ""
) -> Iterator[Events]:
    with town.client.stream(
        "GET",
        "/console/events",
        params={"chat": chat} if chat else {},
        headers={"Cookie": f"minhu_staff={token}", "Last-Event-ID": last},
    ) as answer:
        yield Events(answer)
