"""Stand-ins for services that are not ours: real HTTP on 127.0.0.1."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

GRACE_SECONDS = 0.1  # for what is being answered at the end; a long poll is cut off


class Server(uvicorn.Server):
    """Ends when it is told to: uvicorn's own looks every tenth of a second, several times."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ends = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)

    async def main_loop(self) -> None:
        await self.on_tick(0)  # sets the headers of every answer
        await self._ends.wait()

    def end(self) -> None:
        assert self._loop
        self._loop.call_soon_threadsafe(self._ends.set)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        until = time.monotonic() + GRACE_SECONDS
        while self._is_answering() and time.monotonic() < until:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.005)
        for task in self.server_state.tasks:
            task.cancel()
        await self.lifespan.shutdown()

    def _is_answering(self) -> bool:
        return bool(self.server_state.connections or self.server_state.tasks)


@contextmanager
def serving(app: Any, **options: Any) -> Iterator[str]:
    """Run an ASGI `app` in a thread on a free port; yields its address."""
    server = Server(uvicorn.Config(app, port=0, log_level="critical", **options))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.end()
        thread.join(timeout=5)
