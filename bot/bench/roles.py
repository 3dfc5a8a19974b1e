"""Turns of 16 clients over processes with one role each: one web and one worker, then two of each.

Each worker runs a Rasa of its own; all share one PostgreSQL. `python -m bot.bench.roles` prints
both rates and their ratio, measured one after the other in one run.
"""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, contextmanager
from pathlib import Path

import httpx

from backend import embedded
from bot.bench.figures import Figure
from bot.bench.residents import Resident, turns_alone
from bot.bench.turns import CLIENT_SECONDS, CLIENTS, client_of, talk_until
from bot.bench.wechat import SETTINGS
from bot.bench.whole import note, wait_until_ok
from bot.rasa.process import free_port

ROLES = ("clock", "worker", "web")


def pace_of_roles() -> list[Figure]:
    """Turns a second with one and with two processes of each role, and their ratio."""
    rates = {count: _rate(count) for count in (1, 2)}
    return [
        *(Figure(f"turns of {CLIENTS} clients, {count} of each role", rate, "turns/s", None)
          for count, rate in rates.items()),
        Figure("two of each role against one", rates[2] / rates[1], "x", None),
    ]  # fmt: skip


def _rate(count: int) -> float:
    note(f"starting {count} of each role")
    with (
        tempfile.TemporaryDirectory(prefix="minhu-bench-") as folder,
        _roles(folder, count) as urls,
    ):
        return asyncio.run(_turns_per_second(urls))


@contextmanager
def _roles(folder: str, count: int) -> Iterator[list[str]]:
    """The addresses of the webs; a worker and a clock serve their health alone."""
    postgres = Path(folder) / "postgres"
    with ExitStack() as at_the_end:
        at_the_end.callback(embedded.stop, postgres)
        settings = SETTINGS | {"MINHU_DATABASE_URL": embedded.start(postgres)}
        parts = [
            (role, *at_the_end.enter_context(_part(role, folder, settings)))
            for role in ROLES
            for _ in range(count)
        ]
        for _, url, process in parts:
            wait_until_ok(url, process)
        yield [url for role, url, _ in parts if role == "web"]


@contextmanager
def _part(
    role: str, folder: str, settings: dict[str, str]
) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    port = str(free_port())
    data = f"{folder}/{role}-{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "bot.cli.main", "up", "--role", role, "--port", port,
         "--data-dir", data],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=os.environ | settings | {"MINHU_HEALTH_PORT": port},
    )  # fmt: skip
    try:
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


async def _turns_per_second(urls: Sequence[str]) -> float:
    """Each client sends its next message as soon as it has its answer; they share the webs."""
    async with AsyncExitStack() as at_the_end:
        webs = [await at_the_end.enter_async_context(client_of(url)) for url in urls]
        for web in webs:
            await turns_alone(web, conversations=2)  # warm
        residents = [await _arrives(webs, number) for number in range(CLIENTS)]
        started = time.monotonic()
        ends = started + CLIENT_SECONDS
        turns = await asyncio.gather(*(talk_until(ends, resident) for resident in residents))
        return sum(turns) / (time.monotonic() - started)


async def _arrives(webs: Sequence[httpx.AsyncClient], number: int) -> Resident:
    return await Resident.arrives(webs[number % len(webs)])


if __name__ == "__main__":
    for figure in pace_of_roles():
        print(figure.line)
