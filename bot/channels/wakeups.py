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


class Reading(Woken):
    """A page whose conversation is not known before it has been read once."""

    def __init__(self) -> None:
        super().__init__()
        self.woken_meanwhile: set[int] = set()
        self.conversation_id: int | None = None


class ChatWakeups:
    """Which pages wait for which conversation. Used from the event loop alone."""

    def __init__(self) -> None:
        self._waiting: dict[int, set[Woken]] = defaultdict(set)
        self._reading: set[Reading] = set()

    @contextmanager
    def of(self, conversation_id: int) -> Iterator[Woken]:
        woken = Woken()
        self._waiting[conversation_id].add(woken)
        try:
            yield woken
        finally:
            self._leave(conversation_id, woken)

    @contextmanager
    def of_a_reader(self) -> Iterator[Reading]:
        """For a page that learns by its first read which chat is its own; then call `settle`."""
        reading = Reading()
        self._reading.add(reading)
        try:
            yield reading
        finally:
            self._reading.discard(reading)
            if reading.conversation_id is not None:
                self._leave(reading.conversation_id, reading)

    def settle(self, reading: Reading, conversation_id: int) -> None:
        """Only this chat wakes it from now on; a wake-up that came meanwhile is not lost."""
        self._reading.discard(reading)
        reading.conversation_id = conversation_id
        self._waiting[conversation_id].add(reading)
        if conversation_id in reading.woken_meanwhile:
            reading.set()

    def _leave(self, conversation_id: int, woken: Woken) -> None:
        self._waiting[conversation_id].discard(woken)
        if not self._waiting[conversation_id]:
            del self._waiting[conversation_id]

    def is_anybody_waiting(self) -> bool:
        return bool(self._waiting or self._reading)

    def wake(self, topic: str) -> None:
        """`chat:ID` wakes that chat; an empty topic wakes everyone."""
        number = topic.removeprefix(CHAT_TOPIC)
        if not topic:
            for woken in {w for pages in self._waiting.values() for w in pages} | self._reading:
                woken.set()
        elif topic.startswith(CHAT_TOPIC) and number.isdecimal():
            for woken in self._waiting.get(int(number), ()):
                woken.set()
            for reading in self._reading:
                reading.woken_meanwhile.add(int(number))
