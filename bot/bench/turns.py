"""Cost of one web-chat turn: transactions, SQL statements and the app's processor time.

A turn is POST /chat/messages, the turn itself, and GET /chat/messages?wait. PostgreSQL's log
counts transactions and statements; the operating system counts processor time. The work of the
idle app is measured first and subtracted.

`python -m bot.bench.turns` prints these figures alone.
"""

import asyncio
import itertools
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

from backend import embedded
from backend.database import Database, engine_for
from bot.bench.figures import Figure, percentile
from bot.bench.residents import SCRIPT, Resident, turns_alone, turns_under_load
from bot.bench.whole import running

COUNTED_CONVERSATIONS = 5
TIMED_CONVERSATIONS = 15
IDLE_SECONDS = 6.0
CLIENTS, CLIENT_SECONDS = 16, 20.0

# A logged statement with the number of PostgreSQL's process; its further lines begin with a tab.
_LOGGED = re.compile(r"\[(\d+)\] LOG:  (?:statement|execute [^:]{1,64}): +([A-Za-z]+)")
_BEGINS = frozenset({"BEGIN", "START"})
_ENDS = frozenset({"COMMIT", "ROLLBACK"})


def cost_of_a_turn(folder: Path, app_pid: int, url: str) -> list[Figure]:
    """Figures of the Minhu that runs in `folder` as process `app_pid`."""
    return asyncio.run(_cost(folder / "postgres", psutil.Process(app_pid), url))


async def _cost(postgres: Path, app: psutil.Process, url: str) -> list[Figure]:
    async with client_of(url) as http:
        await turns_alone(http, conversations=2)  # warm
        milliseconds = await _processor_time(http, app)
        per_second = await _turns_per_second(http)
        transactions, statements = await _sql(http, postgres)
    return [
        Figure("transactions a turn", transactions, "", 5),
        Figure("SQL statements a turn", statements, "", 16),
        Figure("processor time of the app a turn", milliseconds, "ms", 15),
        Figure(f"turns of {CLIENTS} clients", per_second, "turns/s", None),
    ]


async def _pace(url: str) -> list[Figure]:
    """Time of a turn, alone and under load; `minhu bench` measures these by itself."""
    async with client_of(url) as http:
        alone = await turns_alone(http, conversations=TIMED_CONVERSATIONS)
        load = await turns_under_load(http)
    return [
        Figure("a turn alone, p50", percentile(alone, 50), "ms", 40),
        Figure("a turn at 15/s over 50 chats, p95", percentile(load, 95), "ms", 400),
    ]


def client_of(url: str) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=200, max_keepalive_connections=200)
    return httpx.AsyncClient(base_url=url, timeout=60, limits=limits, trust_env=False)


async def _processor_time(http: httpx.AsyncClient, app: psutil.Process) -> float:
    """The app's milliseconds a turn, without its children's."""
    used = _used(app)
    await asyncio.sleep(IDLE_SECONDS)
    idle_rate = (_used(app) - used) / IDLE_SECONDS
    used, started = _used(app), time.monotonic()
    times = await turns_alone(http, conversations=TIMED_CONVERSATIONS)
    idle = idle_rate * (time.monotonic() - started)
    return 1000 * (_used(app) - used - idle) / len(times)


def _used(app: psutil.Process) -> float:
    spent = app.cpu_times()
    return float(spent.user + spent.system)


async def _turns_per_second(http: httpx.AsyncClient) -> float:
    """Each client sends its next message as soon as it has its answer."""
    residents = [await Resident.arrives(http) for _ in range(CLIENTS)]
    started = time.monotonic()
    ends = started + CLIENT_SECONDS
    turns = await asyncio.gather(*(talk_until(ends, resident) for resident in residents))
    return sum(turns) / (time.monotonic() - started)


async def talk_until(ends: float, resident: Resident) -> int:
    for turns in itertools.count():
        if time.monotonic() >= ends:
            return turns
        await resident.turn(SCRIPT[turns % len(SCRIPT)])
    raise AssertionError("count() has no end")


async def _sql(http: httpx.AsyncClient, postgres: Path) -> tuple[float, float]:
    """Transactions and statements a turn."""
    with _statement_log(postgres) as log:
        started = time.monotonic()
        await asyncio.sleep(IDLE_SECONDS)
        idle, idle_seconds = log.counts(), time.monotonic() - started
        residents = [await Resident.arrives(http) for _ in range(COUNTED_CONVERSATIONS)]
        log.counts()  # leaves out opening the chats
        started = time.monotonic()
        for resident in residents:
            for line in SCRIPT:
                await resident.turn(line)
        counts, share = log.counts(), (time.monotonic() - started) / idle_seconds
    turns = COUNTED_CONVERSATIONS * len(SCRIPT)
    transactions, statements = (
        (counts[kind] - share * idle[kind]) / turns for kind in ("transactions", "statements")
    )
    return transactions, statements


class _StatementLog:
    """PostgreSQL's log file; each read goes on where the last one ended."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._read_to = file.stat().st_size
        self._open: set[str] = set()  # processes within a transaction

    def counts(self) -> "Counter[str]":
        """Transactions and statements since the last call."""
        with self._file.open("rb") as log:
            log.seek(self._read_to)
            lines = log.read()
            self._read_to = log.tell()
        counts = Counter(transactions=0, statements=0)
        for process, word in _LOGGED.findall(lines.decode(errors="replace")):
            self._count(counts, process, word.upper())
        return counts

    def _count(self, counts: "Counter[str]", process: str, verb: str) -> None:
        """A statement outside BEGIN and COMMIT is a transaction of its own."""
        if verb in _BEGINS:
            counts["transactions"] += 1
            self._open.add(process)
        elif verb in _ENDS:
            self._open.discard(process)
        else:
            counts["statements"] += 1
            counts["transactions"] += process not in self._open


@contextmanager
def _statement_log(postgres: Path) -> Iterator[_StatementLog]:
    """Let PostgreSQL log each statement while the context is open."""
    url = embedded.start(postgres)  # already running: returns its address
    _administer(url, "ALTER SYSTEM SET log_statement = 'all'")
    try:
        yield _StatementLog(postgres / "log")
    finally:
        _administer(url, "ALTER SYSTEM RESET log_statement")
        engine_for(url).dispose()


def _administer(url: str, statement: str) -> None:
    Database(url).administer(statement, "SELECT pg_reload_conf()")
    time.sleep(0.5)  # until each server process has reloaded the setting


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="minhu-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL's own user has to get in
        with running(name) as (server, url, _):
            costs = cost_of_a_turn(folder, server.pid, url)
            for figure in [*costs, *asyncio.run(_pace(url))]:
                print(figure.line, flush=True)


if __name__ == "__main__":
    main()
