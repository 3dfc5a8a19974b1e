"""`minhu bench`: starts a whole Minhu in a temporary folder and measures it over HTTP.

A turn is measured from sending a message to reading its answer over the residents' HTTP API; it
includes inbox, Rasa, decision, PostgreSQL and long poll. The client runs on the same machine.
"""

import asyncio
import itertools
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from bot.bench import cases as bench_cases
from bot.bench import city_pages, measures, understanding
from bot.bench import turns as bench_turns
from bot.bench import voices as bench_voices
from bot.bench.database import new_database
from bot.bench.desks import desk_figures
from bot.bench.figures import Figure, machine, percentile
from bot.bench.residents import (
    LOAD_CONVERSATIONS,
    LOAD_PER_SECOND,
    SMALL_TALK,
    Resident,
    slowdown_over_a_long_chat,
    turns_alone,
    turns_beside_a_flood,
    turns_under_load,
)
from bot.bench.voices import Recording
from bot.bench.wechat import passive_turns
from bot.bench.whole import memory_of, note, running
from bot.rasa import training

ALONE_CONVERSATIONS = 15
WHILE_VOICES_WAIT = 5
PASSIVE_PER_SECOND, PASSIVE_SECONDS = 5, 60


def run(*, as_json: bool, train_too: bool, voices: Path | None, cases: int) -> None:
    """Print the figures as a table or as JSON; voices are measured when a folder is given."""
    recordings = bench_voices.read(voices) if voices else []
    figures = [*_measure(recordings, train_too=train_too), _measures_of_a_month(cases)]
    note(f"the city's pages over {cases:,} cases")
    figures += city_pages.page_figures(cases)
    if as_json:
        print(json.dumps({"machine": machine(), "figures": [vars(f) for f in figures]}, indent=2))
        return
    print(machine())
    print("\n".join(figure.line for figure in figures))


def _measure(recordings: list[Recording], *, train_too: bool) -> Iterator[Figure]:
    if train_too:
        note("training")
        yield Figure("training", training.train(), "s", 60)
    yield from _understanding()
    yield from _cases()
    with tempfile.TemporaryDirectory(prefix="minhu-bench-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL's own user has to get in
        with running(folder):  # the first start creates the database
            pass
        with running(folder) as (server, url, seconds):
            yield Figure("an unchanged `minhu up` is ready", seconds, "s", 25)
            time.sleep(5)
            yield Figure("memory of all processes, idle (PSS)", memory_of(server), "MB", 900)
            yield from asyncio.run(_turns(url))
            note("cost of a turn")
            yield from bench_turns.cost_of_a_turn(Path(folder), server.pid, url)
            note("open desks")
            yield from asyncio.run(desk_figures(Path(folder), server, url))
            yield from asyncio.run(_passive(url))
            if recordings:
                yield from asyncio.run(_voices(url, recordings))
            yield Figure("memory of all processes, after the load", memory_of(server), "MB", None)


def _measures_of_a_month(cases: int) -> Figure:
    note(f"measures of {cases:,} cases")
    seconds = measures.month_seconds(cases)
    return Figure(f"all measures of a month of {cases:,} cases", seconds, "s", 5)


def _understanding() -> Iterator[Figure]:
    note("parse in Rasa")
    middle, slow, memory = understanding.parse_in_rasa()
    yield Figure("parse in the Rasa server, p50", middle, "ms", 6)
    yield Figure("parse in the Rasa server, p95", slow, "ms", None)
    yield Figure("memory of Rasa, ready (PSS)", memory, "MB", 650)
    for command, goal in (("parse", 300), ("route", 200)):
        note(f"minhu {command} in batch")
        rate = understanding.batch_rate(command)
        yield Figure(f"minhu {command} in batch", rate, "texts/s", goal)


def _cases() -> Iterator[Figure]:
    note("lives of simulated cases")
    rate = bench_cases.lives_per_second()
    yield Figure("whole lives of 10,000 simulated cases", rate, "lives/s", 100)
    note("a sweep over many open cases")
    with new_database() as database:
        seconds = bench_cases.sweep_seconds(database, open_cases=100_000, due=1_000)
    yield Figure("a sweep over 100,000 open cases, 1,000 due", seconds, "s", 2)


async def _turns(url: str) -> list[Figure]:
    limits = httpx.Limits(max_connections=200, max_keepalive_connections=200)
    async with httpx.AsyncClient(base_url=url, timeout=30, limits=limits, trust_env=False) as http:
        await turns_alone(http, conversations=2)  # warm
        note("turns alone")
        alone = await turns_alone(http, conversations=ALONE_CONVERSATIONS)
        note("turns under load")
        load = await turns_under_load(http)
        note("long conversations")
        ratio = await slowdown_over_a_long_chat(http)
        note("turns beside a flood")
        beside = await turns_beside_a_flood(http)
    pace = f"{LOAD_PER_SECOND}/s over {LOAD_CONVERSATIONS} chats"
    return [
        Figure("a turn alone, p50", percentile(alone, 50), "ms", 40),
        Figure("a turn alone, p95", percentile(alone, 95), "ms", 120),
        Figure(f"a turn at {pace}, p50", percentile(load, 50), "ms", None),
        Figure(f"a turn at {pace}, p95", percentile(load, 95), "ms", 400),
        Figure("turn 100 against turn 2 of a conversation", ratio, "x", 1.5),
        Figure("a turn beside ten floods of 100, p95", percentile(beside, 95), "ms", 2000),
    ]  # fmt: skip


async def _passive(url: str) -> list[Figure]:
    """The share of turns that WeChat got the answer of within its five seconds."""
    note("passive replies on WeChat")
    async with httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as http:
        turns = await passive_turns(
            http, SMALL_TALK, per_second=PASSIVE_PER_SECOND, seconds=PASSIVE_SECONDS
        )
    times = [1000 * seconds for seconds in turns if seconds is not None]
    share, pace = 100 * len(times) / len(turns), f"{PASSIVE_PER_SECOND}/s"
    return [
        Figure(f"passive replies on WeChat at {pace}", share, "%", 99),
        Figure(f"a passive reply at {pace}, p95", percentile(times, 95), "ms", None),
    ]  # fmt: skip


async def _voices(url: str, recordings: list[Recording]) -> list[Figure]:
    """Time of a voice's answer beyond its length, and of text turns while ten voices wait."""
    async with httpx.AsyncClient(base_url=url, timeout=60, trust_env=False) as http:
        note("voices")
        speakers = [await Resident.arrives(http) for _ in range(bench_voices.AT_ONCE)]
        await speakers[0].speaks(recordings[0].content)  # loads the model
        beyond = [
            await speakers[0].speaks(recording.content) - 1000 * recording.seconds
            for recording in recordings
        ]
        quiet = await turns_alone(http, conversations=WHILE_VOICES_WAIT)
        recordings_in_turn = itertools.islice(itertools.cycle(recordings), len(speakers))
        waiting = asyncio.gather(
            *(
                speaker.speaks(recording.content)
                for speaker, recording in zip(speakers, recordings_in_turn, strict=True)
            )
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
