"""Speed and memory of Rasa's parse, and of `minhu parse` and `minhu route` in batch."""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import psutil

from backend.settings import DATA_FOLDER, PROJECT_FOLDER
from bot.rasa.process import PYTHON, environment, free_port, require_rasa
from bot.rasa.training import MODEL
from nlu.matters import past_cases

READY_SECONDS = 120
SINGLE_TEXTS, WARM_TEXTS, BATCH_TEXTS = 300, 30, 2000


def texts() -> list[str]:
    """The appeals of `data/appeals`, from a few words to a letter."""
    return [case.text for case in past_cases.load(DATA_FOLDER / "appeals")]


def parse_in_rasa() -> tuple[float, float, float]:
    """(p50 ms, p95 ms, memory in MB when ready) of a Rasa server with our model."""
    with _rasa() as (server, url), httpx.Client(base_url=url, trust_env=False) as http:
        memory = sum(p.memory_full_info().pss for p in _family(server)) / 2**20
        times = [_parse_milliseconds(http, text) for text in texts()[: WARM_TEXTS + SINGLE_TEXTS]][
            WARM_TEXTS:
        ]
    return statistics.median(times), statistics.quantiles(times, n=20)[-1], float(memory)


def _family(server: "subprocess.Popen[bytes]") -> list[psutil.Process]:
    own = psutil.Process(server.pid)
    return [own, *own.children(recursive=True)]


def _parse_milliseconds(http: httpx.Client, text: str) -> float:
    started = time.perf_counter()
    http.post("/model/parse", json={"text": text}).raise_for_status()
    return (time.perf_counter() - started) * 1000


@contextmanager
def _rasa() -> Iterator[tuple["subprocess.Popen[bytes]", str]]:
    require_rasa()
    port = free_port()
    server = subprocess.Popen(
        [str(PYTHON), "-m", "nlu.components.serve", str(MODEL), str(port)],
        cwd=PROJECT_FOLDER, env=environment(MINHU_RASA_TOKEN=""),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}", server)
        yield server, f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


def _wait_until_ready(url: str, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            if httpx.get(f"{url}/status", trust_env=False).is_success:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise RuntimeError("Rasa did not get ready")


def batch_rate(command: str) -> float:
    """Texts a second of `minhu parse` or `minhu route`, without its start."""
    many = [text for _, text in zip(range(BATCH_TEXTS), texts() * 2, strict=False)]
    return BATCH_TEXTS / (_batch_seconds(command, many) - _batch_seconds(command, many[:1]))


def _batch_seconds(command: str, batch: list[str]) -> float:
    lines = "".join(json.dumps({"text": text}) + "\n" for text in batch)
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "bot.cli.main", command],
        input=lines, text=True, stdout=subprocess.DEVNULL, check=True,
    )  # fmt: skip
    return time.perf_counter() - started
