"""A whole Minhu in processes of its own, and those who deal with it from outside."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psutil
import psycopg

from backend.settings import PROJECT_FOLDER
from bot.rasa.process import free_port

T = TypeVar("T")

MARK = "TEST_MINHU_FOLDER"  # in the environment of a Minhu, and so of all that it starts
SERVE = "nlu.components.serve"  # Rasa's process
PASSWORD = "demo-password-of-the-tests"
READY_SECONDS = 300.0
NO_QUIET_HOURS = {"MINHU_QUIET_FROM": "00:00", "MINHU_QUIET_UNTIL": "00:00"}
LONG_SECONDS = 60.0  # for anything that takes a second when nobody else uses the machine


def wait_for(
    what: str, look: Callable[[], T], *, seconds: float = LONG_SECONDS, pause: float = 0.05
) -> T:
    """The first true result of `look()`. Fails after `seconds`."""
    until = time.monotonic() + seconds
    while not (result := look()):
        assert time.monotonic() < until, f"waited {seconds:g} s for {what}"
        time.sleep(pause)
    return result


class Minhu:
    """`minhu up` over `folder`, which outlives it."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "minhu.log"
        self.ended_by = signal.SIGINT
        self._settings = settings
        folder.mkdir(exist_ok=True)
        self._process: subprocess.Popen[bytes] | None = None
        self._clients: list[httpx.Client] = []
        self._http = self.client()

    def start(self) -> None:
        command = [sys.executable, "-m", "bot.cli.main", "up"]
        where = ["--port", str(self.port), "--data-dir", str(self.folder)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, *where],
                cwd=PROJECT_FOLDER,
                env=environment(**self._settings) | {MARK: str(self.folder)},
                stdout=log,
                stderr=log,
            )
        self.wait_until_ok()

    def wait_until_ok(self) -> None:
        wait_for("Minhu to get ready", self._is_ok, seconds=READY_SECONDS, pause=0.25)

    def _is_ok(self) -> bool:
        assert self._process
        assert self._process.poll() is None, f"Minhu ended by itself:\n{self.log.read_text()}"
        return self.health()["status"] == "ok"

    def health(self) -> dict[str, object]:
        try:
            answer = self._http.get("/healthz")
        except httpx.HTTPError:
            return {"status": "away"}
        return {**answer.json(), "code": answer.status_code}

    def client(self, path: str = "") -> httpx.Client:
        """For somebody who lives as long as this Minhu."""
        client = httpx.Client(base_url=self.url + path, timeout=60, trust_env=False)
        self._clients.append(client)
        return client

    def close(self) -> None:
        for client in self._clients:
            client.close()

    def kill(self) -> None:
        """As a power cut would, as far as the app is concerned."""
        assert self._process
        self._process.kill()
        self._process.wait(LONG_SECONDS)

    def stop(self) -> None:
        """As Ctrl-C does, or systemd; nothing of it may be left."""
        assert self._process
        self._process.send_signal(self.ended_by)
        assert self._process.wait(LONG_SECONDS) == 0
        wait_for("every process to end", lambda: not self.family(), pause=0.25)

    def rasa(self) -> psutil.Process:
        """The process that answers, not one that only starts it."""
        return next(it for it in self.family() if SERVE in it.cmdline() and not it.children())

    def family(self) -> list[psutil.Process]:
        """Everything that runs on this folder, and what was started by it."""
        return [it for it in psutil.process_iter() if self._is_own(it)]

    def _is_own(self, process: psutil.Process) -> bool:
        try:
            if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
                return False
            places = (*process.cmdline(), process.cwd())
            mark = process.environ().get(MARK, "")
        except psutil.Error:
            return False
        return mark == str(self.folder) or any(str(self.folder) in it for it in places)

    def log_text(self) -> str:
        return self.log.read_text()

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What its own PostgreSQL holds."""
        with self.connect() as connection:
            return connection.execute(query, values).fetchall()  # type: ignore[arg-type]

    def connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        address = f"host={self.folder / 'postgres'} user=postgres dbname=postgres"
        return psycopg.connect(address, connect_timeout=10, autocommit=True)


def environment(**settings: str) -> dict[str, str]:
    """Ours without any MINHU_ setting of the machine's."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("MINHU_")}
    variables = {"MINHU_DEMO_PASSWORD": PASSWORD, "MINHU_ENV_FILE": os.devnull, **NO_QUIET_HOURS}
    return own | variables | settings


@contextmanager
def a_folder() -> Iterator[Path]:
    """Not pytest's own: PostgreSQL's user has to get in."""
    parent = Path(tempfile.mkdtemp(prefix="minhu-e2e-"))
    parent.chmod(0o755)
    yield parent
    shutil.rmtree(parent)


def start_postgres(folder: Path) -> str:
    """By a process of its own: the library never starts the same folder twice in one."""
    start = "import sys, pathlib; from backend import embedded; "
    start += "print(embedded.start(pathlib.Path(sys.argv[1])))"
    command = [sys.executable, "-W", "ignore", "-c", start, str(folder)]
    started = subprocess.run(
        command, cwd=PROJECT_FOLDER, check=True, capture_output=True, text=True, timeout=60
    )  # fmt: skip
    return started.stdout.split()[-1]


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[Minhu]:
    minhu = Minhu(folder, **settings)
    try:
        minhu.start()
        yield minhu
        minhu.stop()
    finally:
        minhu.close()
        for process in minhu.family():
            process.kill()
