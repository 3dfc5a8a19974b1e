"""Thread pool for the blocking work of requests, so that the event loop stays free."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

MOST = 40  # as many as the database's pool has connections

T = TypeVar("T")
_threads = ThreadPoolExecutor(MOST, thread_name_prefix="request")


async def in_thread(work: Callable[..., T], *args: object) -> T:
    """Starlette's `run_in_threadpool` does the same through anyio, at several times the cost."""
    return await asyncio.get_running_loop().run_in_executor(_threads, work, *args)
