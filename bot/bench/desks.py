"""Open desks: the memory and the turns beside 200 event streams, and the way of a reply.

`python -m bot.bench.desks` prints these figures alone.
"""

import asyncio
import secrets
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx

from backend import embedded
from backend.database import Database
from backend.staff.accounts import change_password
from backend.staff.sign_in import Credentials, sign_in
from bot.bench.figures import Figure, percentile
from bot.bench.residents import Resident, turns_alone
from bot.bench.whole import memory_of, note, running

DESKS, OF_ONE_SIGN_IN = 200, 10
CONVERSATIONS = 15
REPLIES = 40
ACCOUNT = "dispatcher"
PASSWORD = secrets.token_urlsafe(12)
ASKS_FOR_A_PERSON = "转人工"


async def desk_figures(folder: Path, server: "subprocess.Popen[bytes]", url: str) -> list[Figure]:
    """Figures of the Minhu that runs in `folder`."""
    tokens = _sign_ins(Database(embedded.start(folder / "postgres")))
    limits = httpx.Limits(max_connections=DESKS + 50, max_keepalive_connections=DESKS + 50)
    async with httpx.AsyncClient(base_url=url, timeout=60, limits=limits, trust_env=False) as http:
        await turns_alone(http, conversations=2)  # warm
        note("turns without desks")
        quiet = await turns_alone(http, conversations=CONVERSATIONS)
        before = memory_of(server)
        async with _open_desks(http, tokens):
            note(f"turns beside {DESKS} desks")
            beside = await turns_alone(http, conversations=CONVERSATIONS)
            memory = memory_of(server) - before
            replies = await _replies(http, tokens[0])
    slower = percentile(beside, 95) / percentile(quiet, 95)
    return [
        Figure(f"memory of {DESKS} open desks", memory, "MB", 300),
        Figure(f"a turn's p95 beside {DESKS} open desks, against none", slower, "x", 1.2),
        Figure("a reply is visible to the resident, p95", percentile(replies, 95), "ms", 300),
    ]


def _sign_ins(database: Database) -> list[str]:
    with database.begin() as session:
        change_password(session, ACCOUNT, PASSWORD)
    me = Credentials(ACCOUNT, PASSWORD)
    return [sign_in(database, me, address="127.0.0.1") for _ in range(DESKS // OF_ONE_SIGN_IN)]


@asynccontextmanager
async def _open_desks(http: httpx.AsyncClient, tokens: list[str]) -> AsyncIterator[None]:
    """Event streams of the console, each read until the end."""
    async with AsyncExitStack() as streams:
        readers = []
        for number in range(DESKS):
            cookie = {"Cookie": f"minhu_staff={tokens[number % len(tokens)]}"}
            request = http.stream("GET", "/console/events", headers=cookie, timeout=None)
            answer = await streams.enter_async_context(request)
            answer.raise_for_status()
            readers.append(asyncio.create_task(_read(answer)))
        yield
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)


async def _read(answer: httpx.Response) -> None:
    async for _ in answer.aiter_raw():
        pass


async def _replies(http: httpx.AsyncClient, token: str) -> list[float]:
    """Milliseconds from sending a reply to its arrival at the resident's waiting page."""
    bearer = {"Authorization": f"Bearer {token}"}
    resident = await Resident.arrives(http)
    await resident.turn(ASKS_FOR_A_PERSON)
    queue = await http.get("/api/v1/conversations?owner=queue", headers=bearer)
    chat = f"/api/v1/conversations/{queue.json()['conversations'][-1]['id']}"
    (await http.post(f"{chat}/claim", headers=bearer)).raise_for_status()
    await resident.waits_for_message()  # the greeting
    times = []
    for number in range(REPLIES):
        waiting = asyncio.create_task(resident.waits_for_message())
        await asyncio.sleep(0.05)  # the page waits already
        started = time.perf_counter()
        answer = await http.post(f"{chat}/reply", json={"text": f"{number}"}, headers=bearer)
        answer.raise_for_status()
        await waiting
        times.append((time.perf_counter() - started) * 1000)
    return times


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="minhu-bench-") as name:
        Path(name).chmod(0o755)  # PostgreSQL's own user has to get in
        with running(name) as (server, url, _):
            for figure in asyncio.run(desk_figures(Path(name), server, url)):
                print(figure.line, flush=True)


if __name__ == "__main__":
    main()
