"""The open event streams of one process. Used from the event loop only.

One connection of the process listens to PostgreSQL; a notification wakes the streams that it
concerns, and streams whose viewers see the same chats share one read.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from backend.conversations.service import CHAT_TOPICS, DESK_TOPIC
from backend.desk.news import News
from backend.errors import TooManyWaiting

MOST_OF_ONE = 12  # streams of one sign-in: a browser opens six connections to a host
RETRY_SECONDS = 30
TOO_MANY = "打开的页面太多了，请关掉几个"


@dataclass(eq=False)
class Stream:
    """One open stream; `chat` is the chat on its page."""

    chat: int | None = None
    is_woken: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait(self, seconds: float) -> bool:
        """True if it was woken within that time."""
        try:
            await asyncio.wait_for(self.is_woken.wait(), seconds)
        except TimeoutError:
            return False
        self.is_woken.clear()
        return True


class DeskFeed:
    def __init__(self) -> None:
        self._streams: set[Stream] = set()
        self._of_one: Counter[str] = Counter()
        self._version = 0  # of the chats' owners: a read of an older one is not shared
        self._reads: dict[str, tuple[int, asyncio.Future[News]]] = {}

    @contextmanager
    def join(self, sign_in: str, chat: int | None) -> Iterator[Stream]:
        """A stream of this sign-in. Raises TooManyWaiting."""
        if self._of_one[sign_in] >= MOST_OF_ONE:
            raise TooManyWaiting(TOO_MANY, retry_after=RETRY_SECONDS)
        stream = Stream(chat)
        self._streams.add(stream)
        self._of_one[sign_in] += 1

        try:
            yield stream
        finally:
            self._streams.discard(stream)
            self._of_one -= Counter([sign_in])
            if not self._streams:
                self._reads.clear()

    async def news(self, key: str, read: Callable[[], Awaitable[News]]) -> News:
        """The news of all viewers with this key, read once after each change."""
        version, task = self._reads.get(key, (-1, None))
        if task is None or version != self._version:
            task = asyncio.ensure_future(read())
            self._reads[key] = (self._version, task)
            task.add_done_callback(lambda done: self._forget_failed(key, done))
        return await asyncio.shield(task)

    def _forget_failed(self, key: str, task: "asyncio.Future[News]") -> None:
        if task.cancelled() or task.exception() is not None:
            self._reads.pop(key, None)

    def wake(self, topic: str) -> None:
        """Wake the streams that the topic concerns; all for an empty topic."""
        chat_topic, _, number = topic.partition(":")
        if topic in {"", DESK_TOPIC}:
            self._version += 1
            woken = self._streams
        elif chat_topic in CHAT_TOPICS and number.isdecimal():
            woken = {stream for stream in self._streams if stream.chat == int(number)}
        else:
            return
        for stream in woken:
            stream.is_woken.set()
