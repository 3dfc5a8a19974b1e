"""Wakes whoever waits: workers on their threads, residents' pages on the event loop."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

CHAT_TOPIC = "chat:"


class Woken:
    """A page that waits for its conversation to say something."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    async def wait(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._event.wait(), seconds)
        except TimeoutError:
            return
        self._event.clear()

    def set(self) -> None:
        self._event.set()


class ChatWakeups:
    """Which pages wait for which conversation. Used from the event loop alone."""

    def __init__(self) -> None:
        self._waiting: dict[int, set[Woken]] = defaultdict(set)

    @contextmanager
    def of(self, conversation_id: int) -> Iterator[Woken]:
        woken = Woken()
        self._waiting[conversation_id].add(woken)
        try:
            yield woken
        finally:
            self._waiting[conversation_id].discard(woken)
            if not self._waiting[conversation_id]:
                del self._waiting[conversation_id]

    def wake(self, topic: str) -> None:
        """`chat:ID` wakes that chat; an empty topic wakes everyone."""
        number = topic.removeprefix(CHAT_TOPIC)
        if not topic:
            for woken in {w for pages in self._waiting.values() for w in pages}:
                woken.set()
        elif topic.startswith(CHAT_TOPIC) and number.isdecimal():
            for woken in self._waiting.get(int(number), ()):
                woken.set()
