"""Wake-ups of requests that wait for a conversation's next message, on the event loop."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from backend.conversations.service import TYPING_TOPIC

CHAT_TOPIC = "chat:"


class Signal:
    """Set when the conversation of one waiting request has a new message.

    One that `hears_typing` is also set when staff write a reply; `take_typing` says so once.
    """

    def __init__(self, *, hears_typing: bool = False) -> None:
        self._event = asyncio.Event()
        self._is_typing = False
        self._hears_typing = hears_typing

    async def wait(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._event.wait(), seconds)
        except TimeoutError:
            return
        self._event.clear()

    def set(self) -> None:
        self._event.set()

    def set_typing(self) -> None:
        if self._hears_typing:
            self._is_typing = True
            self._event.set()

    def take_typing(self) -> bool:
        is_typing, self._is_typing = self._is_typing, False
        return is_typing


class ReaderSignal(Signal):
    """The signal of a request that learns its conversation only by its first read.

    `conversation_ids` collects the conversations that are woken before.
    """

    def __init__(self) -> None:
        super().__init__()
        self.conversation_ids: set[int] = set()
        self.conversation_id: int | None = None


class ChatWakeups:
    """The waiting requests of each conversation. Used from the event loop only."""

    def __init__(self) -> None:
        self._waiting: dict[int, set[Signal]] = defaultdict(set)
        self._readers: set[ReaderSignal] = set()

    @contextmanager
    def of(self, conversation_id: int, *, hears_typing: bool = False) -> Iterator[Signal]:
        signal = Signal(hears_typing=hears_typing)
        self._waiting[conversation_id].add(signal)
        try:
            yield signal
        finally:
            self._leave(conversation_id, signal)

    @contextmanager
    def of_a_reader(self) -> Iterator[ReaderSignal]:
        """For a request that learns its conversation by a first read; then call `settle`."""
        reader = ReaderSignal()
        self._readers.add(reader)
        try:
            yield reader
        finally:
            self._readers.discard(reader)
            if reader.conversation_id is not None:
                self._leave(reader.conversation_id, reader)

    def settle(self, reader: ReaderSignal, conversation_id: int) -> None:
        """Let only this conversation wake the reader; an earlier wake-up of it counts."""
        self._readers.discard(reader)
        reader.conversation_id = conversation_id
        self._waiting[conversation_id].add(reader)
        if conversation_id in reader.conversation_ids:
            reader.set()

    def _leave(self, conversation_id: int, signal: Signal) -> None:
        self._waiting[conversation_id].discard(signal)
        if not self._waiting[conversation_id]:
            del self._waiting[conversation_id]

    def is_anybody_waiting(self) -> bool:
        return bool(self._waiting or self._readers)

    def wake(self, topic: str) -> None:
        """Wake the conversation of `chat:ID` or `typing:ID`, or all for an empty topic."""
        number = topic.removeprefix(CHAT_TOPIC)
        if not topic:
            waiting = {signal for signals in self._waiting.values() for signal in signals}
            for signal in waiting | self._readers:
                signal.set()
        elif topic.startswith(CHAT_TOPIC) and number.isdecimal():
            for signal in self._waiting.get(int(number), ()):
                signal.set()
            for reader in self._readers:
                reader.conversation_ids.add(int(number))
        else:
            self._wake_typing(topic)

    def _wake_typing(self, topic: str) -> None:
        name, _, number = topic.partition(":")
        if name == TYPING_TOPIC and number.isdecimal():
            for signal in self._waiting.get(int(number), ()):
                signal.set_typing()
