"""One address before several servers: each connection goes to the next one that listens.

with one_address([port, other_port]) as front:
    front.url, front.request_counts  # how often each server was sent something
"""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from itertools import count

CHUNK = 65536


class Front:
    """Knows nothing of HTTP: it only copies bytes, as a balancer in front of Rasa may."""

    def __init__(self, ports: Sequence[int]) -> None:
        self.url = ""
        self.request_counts = [0] * len(ports)
        self._ports = ports
        self._turns = count()
        self.stop: Callable[[], object] = lambda: None

    async def serve(self, started: threading.Event) -> None:
        over = asyncio.Event()
        loop = asyncio.get_running_loop()
        self.stop = lambda: loop.call_soon_threadsafe(over.set)
        server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        started.set()
        await over.wait()
        server.close()

    async def _connect(self, here: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        # When the front stops, Python's own streams would print what they were cancelled with.
        with suppress(asyncio.CancelledError), closing(back):
            connection = await self._next_that_listens()
            if connection is None:
                return
            number, there, onward = connection
            with closing(onward):
                ways = (self._copy(here, onward, number), self._copy(there, back, None))
                tasks = [asyncio.ensure_future(way) for way in ways]
                # When one side ends, so does the other: nobody waits for a server that died.
                _, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in pending:
                    task.cancel()

    async def _next_that_listens(
        self,
    ) -> tuple[int, asyncio.StreamReader, asyncio.StreamWriter] | None:
        first = next(self._turns)
        for step in range(len(self._ports)):
            number = (first + step) % len(self._ports)
            with suppress(OSError):
                return number, *await asyncio.open_connection("127.0.0.1", self._ports[number])
        return None

    async def _copy(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, number: int | None
    ) -> None:
        with suppress(OSError):
            while content := await source.read(CHUNK):
                if number is not None:
                    self.request_counts[number] += 1
                target.write(content)
                await target.drain()


@contextmanager
def one_address(ports: Sequence[int]) -> Iterator[Front]:
    front, started = Front(ports), threading.Event()
    thread = threading.Thread(
        target=lambda: asyncio.run(front.serve(started)), name="round-robin", daemon=True
    )
    thread.start()
    assert started.wait(60), "the proxy did not start"
    try:
        yield front
    finally:
        front.stop()
        thread.join(10)
