"""`minhu bench`: a whole Minhu is started in a folder of its own and measured from outside.

A turn is timed from sending a message to having its answer over the residents' HTTP API, so it
holds the inbox, Rasa, its actions, PostgreSQL and the long poll; the measuring client runs on
the same machine.
"""

import asyncio
import itertools
import json
import os
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psutil

from bot.bench import cases as bench_cases
from bot.bench import measures, understanding
from bot.bench import voices as bench_voices
from bot.bench.database import a_database
from bot.bench.voices import Recording
from bot.bench.wechat import SETTINGS, passive_turns
from bot.rasa import training
from bot.rasa.process import free_port

READY_SECONDS = 180
ALONE_CONVERSATIONS = 15
WHILE_VOICES_WAIT = 5
LOAD_CONVERSATIONS, LOAD_PER_SECOND, LOAD_SECONDS = 50, 15, 20
LONG_CONVERSATIONS, LONG_TURNS = 5, 100
PASSIVE_PER_SECOND, PASSIVE_SECONDS = 5, 60

# What a resident says from first word to thanks; `!` presses the button of that title.
SCRIPT = (
    "你好",
    "我们小区门口的路灯坏了三天了，晚上黑得看不见",
    "在西湖区古荡街道文三路翠苑一区门口",
    "垃圾分类投放时间是几点",
    "!对，就这样报",
    "我的单子到哪一步了",
    "都好几天了麻烦催一下",
    "谢谢你",
)
SMALL_TALK = ("我的单子到哪一步了", "谢谢你", "居住证怎么办", "再说一遍")


@dataclass(frozen=True)
class Figure:
    name: str
    value: float
    unit: str
    reach: float | None

    @property
    def line(self) -> str:
        sign = ">=" if self.unit in ("texts/s", "lives/s", "turns/s", "%") else "<="
        goal = f"{sign} {self.reach:g} {self.unit}" if self.reach is not None else ""
        return f"{self.name:<46} {self.value:>8.1f} {self.unit:<7} {goal}"


class Resident:
    """A client of the web chat that times its own turns."""

    def __init__(self, http: httpx.AsyncClient, token: str) -> None:
        self._http = http
        self._headers = {"Authorization": f"Bearer {token}"}
        self._seq = 0
        self._buttons: dict[str, str] = {}

    @classmethod
    async def arrives(cls, http: httpx.AsyncClient) -> "Resident":
        response = await http.post("/chat/sessions")
        return cls(http, response.json()["token"])

    async def turn(self, said: str) -> float:
        """Milliseconds until the answer could be read."""
        content = {"payload": self._buttons[said[1:]]} if said[0] == "!" else {"text": said}
        return await self._timed(json={"message_id": uuid4().hex, **content})

    async def speaks(self, recording: bytes) -> float:
        """Milliseconds until what was said in it was answered."""
        return await self._timed(data={"message_id": uuid4().hex}, files={"file": recording})

    async def _timed(self, **content: Any) -> float:
        started = time.perf_counter()
        sent = await self._http.post("/chat/messages", headers=self._headers, **content)
        sent.raise_for_status()
        messages = await self._read(wait=20) or await self._read(wait=20)
        elapsed = (time.perf_counter() - started) * 1000
        if not messages:
            raise RuntimeError("a turn was not answered in 40 s")
        return elapsed

    async def _read(self, wait: float) -> list[dict[str, object]]:
        response = await self._http.get(
            "/chat/messages", params={"after": self._seq, "wait": wait}, headers=self._headers
        )
        messages: list[dict[str, object]] = response.json()["messages"]
        for message in messages:
            self._seq = int(str(message["seq"]))
            buttons = message["buttons"]
            assert isinstance(buttons, list)
            self._buttons |= {button["title"]: button["payload"] for button in buttons}
        return messages


def run(*, as_json: bool, train_too: bool, voices: Path | None, cases: int) -> None:
    """Print the figures, as a table or as JSON; of voices when there is a folder of them."""
    recordings = bench_voices.read(voices) if voices else []
    figures = [*_measure(recordings, train_too=train_too), _measures_of_a_month(cases)]
    if as_json:
        print(json.dumps({"machine": machine(), "figures": [vars(f) for f in figures]}, indent=2))
        return
    print(machine())
    print("\n".join(figure.line for figure in figures))


def machine() -> str:
    cpu = next(
        (line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if "model name" in line),
        platform.processor(),
    )
    memory = psutil.virtual_memory().total / 2**30
    return f"{os.cpu_count()} cores ({cpu}), {memory:.0f} GiB, Python {platform.python_version()}"


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []


def _measure(recordings: list[Recording], *, train_too: bool) -> Iterator[Figure]:
    from bot.bench import turns as bench_turns

    if train_too:
        _note("training")
        yield Figure("training", training.train(), "s", 60)
    yield from _understanding()
    yield from _cases()
    with tempfile.TemporaryDirectory(prefix="minhu-bench-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL's own user has to get in
        with running(folder):  # the first start makes the database
            pass
        with running(folder) as (server, url, seconds):
            yield Figure("an unchanged `minhu up` is ready", seconds, "s", 25)
            time.sleep(5)
            yield Figure("memory of all processes, idle (PSS)", _memory(server), "MB", 900)
            yield from asyncio.run(_turns(url))
            _note("cost of a turn")
            yield from bench_turns.cost_of_a_turn(Path(folder), server.pid, url)
            yield from asyncio.run(_passive(url))
            if recordings:
                yield from asyncio.run(_voices(url, recordings))
            yield Figure("memory of all processes, after the load", _memory(server), "MB", None)


def _measures_of_a_month(cases: int) -> Figure:
    _note(f"measures of {cases:,} cases")
    seconds = measures.month_seconds(cases)
    return Figure(f"all measures of a month of {cases:,} cases", seconds, "s", 5)


def _understanding() -> Iterator[Figure]:
    _note("parse in Rasa")
    middle, slow, memory = understanding.parse_in_rasa()
    yield Figure("parse in the Rasa server, p50", middle, "ms", 6)
    yield Figure("parse in the Rasa server, p95", slow, "ms", None)
    yield Figure("memory of Rasa, ready (PSS)", memory, "MB", 650)
    for command, wanted in (("parse", 300), ("route", 200)):
        _note(f"minhu {command} in batch")
        rate = understanding.batch_rate(command)
        yield Figure(f"minhu {command} in batch", rate, "texts/s", wanted)


def _cases() -> Iterator[Figure]:
    _note("lives of simulated cases")
    rate = bench_cases.lives_per_second()
    yield Figure("whole lives of 10,000 simulated cases", rate, "lives/s", 100)
    _note("a sweep over many open cases")
    with a_database() as database:
        seconds = bench_cases.sweep_seconds(database, open_cases=100_000, due=1_000)
    yield Figure("a sweep over 100,000 open cases, 1,000 due", seconds, "s", 2)


@contextmanager
def running(folder: str) -> Iterator[tuple["subprocess.Popen[bytes]", str, float]]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    _note("starting Minhu")
    started = time.monotonic()
    server = subprocess.Popen(
        [sys.executable, "-m", "bot.cli.main", "up", "--port", str(port), "--data-dir", folder],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | SETTINGS,
    )
    try:
        _wait_until_ok(url, server)
        yield server, url, time.monotonic() - started
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(60)


def _wait_until_ok(url: str, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            if httpx.get(f"{url}/healthz", trust_env=False).json()["status"] == "ok":
                return
        except (httpx.HTTPError, ValueError):
            pass
        time.sleep(0.1)
    raise RuntimeError("Minhu did not get ready")


def _memory(server: "subprocess.Popen[bytes]") -> float:
    """Proportional set size in MB: memory that processes share is counted once."""
    own = psutil.Process(server.pid)
    postgres = [
        p for p in psutil.process_iter(["name", "cwd"])
        if p.info["name"] == "postgres" and p.info["cwd"] and "minhu-bench-" in p.info["cwd"]
    ]  # fmt: skip
    family = [own, *own.children(recursive=True), *postgres]
    return float(sum(p.memory_full_info().pss for p in set(family)) / 2**20)


async def _turns(url: str) -> list[Figure]:
    limits = httpx.Limits(max_connections=200, max_keepalive_connections=200)
    async with httpx.AsyncClient(base_url=url, timeout=30, limits=limits, trust_env=False) as http:
        await turns_alone(http, conversations=2)  # warm
        _note("turns alone")
        alone = await turns_alone(http, conversations=ALONE_CONVERSATIONS)
        _note("turns under load")
        load = await turns_under_load(http)
        _note("long conversations")
        ratio = await _long(http)
    pace = f"{LOAD_PER_SECOND}/s over {LOAD_CONVERSATIONS} chats"
    return [
        Figure("a turn alone, p50", percentile(alone, 50), "ms", 40),
        Figure("a turn alone, p95", percentile(alone, 95), "ms", 120),
        Figure(f"a turn at {pace}, p50", percentile(load, 50), "ms", None),
        Figure(f"a turn at {pace}, p95", percentile(load, 95), "ms", 400),
        Figure("turn 100 against turn 2 of a conversation", ratio, "x", 1.5),
    ]  # fmt: skip


async def _passive(url: str) -> list[Figure]:
    """WeChat's part: answers that went back within its five seconds."""
    _note("passive replies on WeChat")
    async with httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as http:
        turns = await passive_turns(
            http, SMALL_TALK, per_second=PASSIVE_PER_SECOND, seconds=PASSIVE_SECONDS
        )
    answered = [took * 1000 for took in turns if took is not None]
    share, pace = 100 * len(answered) / len(turns), f"{PASSIVE_PER_SECOND}/s"
    return [
        Figure(f"passive replies on WeChat at {pace}", share, "%", 99),
        Figure(f"a passive reply at {pace}, p95", percentile(answered, 95), "ms", None),
    ]  # fmt: skip


async def _voices(url: str, recordings: list[Recording]) -> list[Figure]:
    """What a voice takes beyond its own length, and what typing takes while ten voices wait."""
    async with httpx.AsyncClient(base_url=url, timeout=60, trust_env=False) as http:
        _note("voices")
        speakers = [await Resident.arrives(http) for _ in range(bench_voices.AT_ONCE)]
        await speakers[0].speaks(recordings[0].content)  # the model is read
        beyond = [await speakers[0].speaks(one.content) - 1000 * one.seconds for one in recordings]
        quiet = await turns_alone(http, conversations=WHILE_VOICES_WAIT)
        said = itertools.islice(itertools.cycle(recordings), len(speakers))
        waiting = asyncio.gather(
            *(who.speaks(one.content) for who, one in zip(speakers, said, strict=True))
        )
        meanwhile = await turns_alone(http, conversations=WHILE_VOICES_WAIT)
        were_waiting = not waiting.done()
        await waiting
    slower = percentile(meanwhile, 95) / percentile(quiet, 95)
    name = f"a turn's p95 while {len(speakers)} voices wait, against none"
    return [
        Figure("a voice's answer, beyond its own length, p95", percentile(beyond, 95), "ms", 2000),
        Figure(name if were_waiting else f"{name} (they were heard before)", slower, "x", 1.3),
    ]


async def turns_alone(http: httpx.AsyncClient, *, conversations: int) -> list[float]:
    times = []
    for _ in range(conversations):
        resident = await Resident.arrives(http)
        times += [await resident.turn(said) for said in SCRIPT]
    return times


async def turns_under_load(http: httpx.AsyncClient) -> list[float]:
    """Turns begin at an even pace, whatever the earlier ones take."""
    residents = [await Resident.arrives(http) for _ in range(LOAD_CONVERSATIONS)]
    turns = []
    started = time.perf_counter()
    free = asyncio.Queue[tuple[Resident, int]]()
    for resident in residents:
        free.put_nowait((resident, 0))
    for n in range(LOAD_PER_SECOND * LOAD_SECONDS):
        await asyncio.sleep(max(0.0, started + n / LOAD_PER_SECOND - time.perf_counter()))
        resident, at = await free.get()
        turns.append(asyncio.create_task(_one(resident, at, free)))
    return list(await asyncio.gather(*turns))


async def _one(resident: Resident, at: int, free: "asyncio.Queue[tuple[Resident, int]]") -> float:
    elapsed = await resident.turn(SCRIPT[at % len(SCRIPT)])
    free.put_nowait((resident, at + 1))
    return elapsed


async def _long(http: httpx.AsyncClient) -> float:
    """The last turns of long conversations against the same words at their beginning."""
    second, last = [], []
    for _ in range(LONG_CONVERSATIONS):
        resident = await Resident.arrives(http)
        times = [await resident.turn(SMALL_TALK[n % len(SMALL_TALK)]) for n in range(LONG_TURNS)]
        second += times[1 : 1 + len(SMALL_TALK)]
        last += times[-len(SMALL_TALK) :]
    return statistics.median(last) / statistics.median(second)


def percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def _note(what: str) -> None:
    print(f"   {what} …", file=sys.stderr, flush=True)
