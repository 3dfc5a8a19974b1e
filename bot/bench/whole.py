"""A whole Minhu as a child process, for measurements."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import psutil

from bot.bench.wechat import SETTINGS
from bot.rasa.process import free_port

READY_SECONDS = 180


@contextmanager
def running(folder: str) -> Iterator[tuple["subprocess.Popen[bytes]", str, float]]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    note("starting Minhu")
    started = time.monotonic()
    server = subprocess.Popen(
        [sys.executable, "-m", "bot.cli.main", "up", "--port", str(port), "--data-dir", folder],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | SETTINGS,
    )
    try:
        wait_until_ok(url, server)
        yield server, url, time.monotonic() - started
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(60)


def wait_until_ok(url: str, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            if httpx.get(f"{url}/healthz", trust_env=False).json()["status"] == "ok":
                return
        except (httpx.HTTPError, ValueError):
            pass
        time.sleep(0.1)
    raise RuntimeError("Minhu did not get ready")


def memory_of(server: "subprocess.Popen[bytes]") -> float:
    """Memory of all its processes in MB (PSS: shared memory is counted once)."""
    own = psutil.Process(server.pid)
    postgres = [
        p for p in psutil.process_iter(["name", "cwd"])
        if p.info["name"] == "postgres" and p.info["cwd"] and "minhu-bench-" in p.info["cwd"]
    ]  # fmt: skip
    family = [own, *own.children(recursive=True), *postgres]
    return float(sum(p.memory_full_info().pss for p in set(family)) / 2**20)


def note(activity: str) -> None:
    print(f"   {activity} …", file=sys.stderr, flush=True)
