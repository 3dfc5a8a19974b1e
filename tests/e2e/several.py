"""Minhu in several processes over one PostgreSQL: `minhu up --role web|worker|clock`."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg

from backend import embedded
from backend.settings import PROJECT_FOLDER
from bot.rasa import training
from bot.rasa.process import PYTHON, free_port
from bot.rasa.process import environment as rasa_environment
from tests.e2e.whole import LONG_SECONDS, environment, start_postgres, wait_for
from tests.fakes.round_robin import Front, one_address

RASA_TOKEN = "token-of-the-two-rasas"
DIES_WITH_THE_TESTS = ["setpriv", "--pdeathsig", "KILL"]
LONGEST_POLL_SECONDS = 25
ALL_READY_SECONDS = 900.0  # eight processes read all of Python's libraries at the same time


class Process:
    """A process of ours, and what it has printed."""

    def __init__(self, name: str, command: list[str], env: dict[str, str], log: Path) -> None:
        self.name = name
        self._log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [*DIES_WITH_THE_TESTS, *command],
                cwd=PROJECT_FOLDER, env=env, stdout=output, stderr=output,
            )  # fmt: skip

    def printed(self) -> str:
        return self._log.read_text()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(LONG_SECONDS)

    def freeze(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def ask_to_end(self) -> None:
        self._process.terminate()

    def wait_until_ended(self) -> int:
        return self._process.wait(LONG_SECONDS)

    def is_alive(self) -> bool:
        return self._process.poll() is None


class Part(Process):
    """One role of a Minhu; PostgreSQL knows each of its connections by `name`."""

    def __init__(self, role: str, name: str, folder: Path, **settings: str) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "bot.cli.main", "up", "--role", role]
        command += ["--port", str(port), "--data-dir", str(folder / "data")]
        env = environment(**settings) | {"PGAPPNAME": name}
        super().__init__(name, command, env, folder / f"{name}.log")

    def wait_until_ready(self) -> None:
        wait_for(f"{self.name} to get ready", self._is_ready, seconds=ALL_READY_SECONDS, pause=0.2)

    def _is_ready(self) -> bool:
        assert self.is_alive(), f"{self.name} ended by itself:\n{self.printed()}"
        return "== Ready" in self.printed()


class RasaServer(Process):
    def __init__(self, number: int, port: int, folder: Path) -> None:
        self.port = port
        command = [str(PYTHON), "-m", "nlu.components.serve", str(training.MODEL), str(port)]
        env = rasa_environment(MINHU_RASA_TOKEN=RASA_TOKEN)
        super().__init__(f"rasa-{number}", command, env, folder / f"rasa-{number}.log")

    def wait_until_up(self) -> None:
        wait_for(f"{self.name} to listen", self._is_up, seconds=ALL_READY_SECONDS, pause=0.2)

    def _is_up(self) -> bool:
        assert self.is_alive(), f"{self.name} ended by itself:\n{self.printed()}"
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/", trust_env=False).is_success
        except httpx.HTTPError:
            return False


@dataclass
class Several:
    folder: Path
    settings: dict[str, str]
    front: Front
    rasas: list[RasaServer]
    webs: list[Part]
    workers: list[Part]
    clocks: list[Part]

    @property
    def parts(self) -> list[Part]:
        return [*self.webs, *self.workers, *self.clocks]

    def start(self, role: str, number: int) -> Part:
        return Part(role, f"{role}-{number}", self.folder, **self.settings)

    def connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(self.settings["MINHU_DATABASE_URL"], autocommit=True)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self.connect() as connection:
            return connection.execute(query, values).fetchall()  # type: ignore[arg-type]

    def stop(self) -> None:
        for part in self.parts:
            part.ask_to_end()
        codes = {part.name: part.wait_until_ended() for part in self.parts}
        failed = [part.printed() for part in self.parts if codes[part.name]]
        assert not failed, (codes, *failed)


@contextmanager
def several_over(folder: Path) -> Iterator[Several]:
    """All parts are started at once, over a database without a single table."""
    postgres = folder / "postgres"
    with ExitStack() as at_the_end:
        at_the_end.callback(embedded.stop, postgres)
        url = start_postgres(postgres)
        rasa_ports = [free_port(), free_port()]
        front = at_the_end.enter_context(one_address(rasa_ports))
        settings = {
            "MINHU_DATABASE_URL": url,
            "MINHU_RASA_URL": front.url,
            "MINHU_RASA_TOKEN": RASA_TOKEN,
            "MINHU_SPEECH_ENGINE": "off",
        }
        several = Several(folder, settings, front, [], [], [], [])
        at_the_end.callback(_kill, several)
        for number in (1, 2):
            several.webs.append(several.start("web", number))
            several.workers.append(several.start("worker", number))
            several.clocks.append(several.start("clock", number))
        for part in several.parts:
            part.wait_until_ready()
        # Only now: they take long, and until one listens the workers understand by themselves.
        for number, port in enumerate(rasa_ports, 1):
            several.rasas.append(RasaServer(number, port, folder))
        yield several
        several.stop()
        assert [it.name for it in several.parts if "Traceback" in it.printed()] == []


def _kill(several: Several) -> None:
    for process in (*several.parts, *several.rasas):
        process.kill()


class Resident:
    """On the web page, whose requests go now to one web and now to the other."""

    def __init__(self, several: Several) -> None:
        opened = httpx.post(f"{several.webs[0].url}/chat/sessions", timeout=60, trust_env=False)
        assert opened.status_code == 201, opened.text
        headers = {"Authorization": f"Bearer {opened.json()['token']}"}
        self._webs = [
            httpx.Client(base_url=web.url, headers=headers, timeout=60, trust_env=False)
            for web in several.webs
        ]
        [(self.chat_id,)] = several.rows("SELECT max(id) FROM conversations")
        self._sent = 0
        self.inbox: list[dict[str, Any]] = []

    def sends(self, text: str, *, web: int | None = None) -> None:
        """To one web, and once more to the other, as a page does that was not answered in time."""
        first = self._sent % 2 if web is None else web
        self._sent += 1
        message = {"message_id": uuid4().hex, "text": text}
        posts = [self._webs[one].post("/chat/messages", json=message) for one in (first, 1 - first)]
        assert [post.status_code for post in posts] == [202, 202]
        assert [post.json()["duplicate"] for post in posts] == [False, True]

    def uploads(self, photo: bytes, *, web: int) -> None:
        response = self._webs[web].post(
            "/chat/messages", data={"message_id": uuid4().hex}, files={"file": ("p.png", photo)}
        )
        assert response.status_code == 202, response.text

    def poll(self, *, web: int, wait: float = 0) -> list[dict[str, Any]]:
        """What came after all that was heard; also keeps it."""
        after = self.inbox[-1]["seq"] if self.inbox else 0
        answer = self._webs[web].get("/chat/messages", params={"after": after, "wait": wait})
        assert answer.status_code == 200, answer.text
        new: list[dict[str, Any]] = answer.json()["messages"]
        self.inbox += new
        return new

    def hears(self, count: int) -> list[str]:
        """All texts so far, once there are `count`; a doubled one would be among them."""

        def has_come() -> bool:
            self.poll(web=len(self.inbox) % 2, wait=2)
            return len(self.inbox) >= count

        wait_for(f"{count} messages; heard {self.texts}", has_come)
        return self.texts

    def says(self, text: str, *, web: int | None = None) -> str:
        self.sends(text, web=web)
        return self.hears(len(self.inbox) + 1)[-1]

    @property
    def texts(self) -> list[str]:
        return [message["text"] for message in self.inbox]

    def close(self) -> None:
        for web in self._webs:
            web.close()


class Polling(threading.Thread):
    """A page that waits for news at one web, for as long as it may."""

    def __init__(self, resident: Resident, *, web: int) -> None:
        super().__init__(daemon=True)
        self._resident, self._web = resident, web
        self.messages: list[dict[str, Any]] = []
        self.ended_at = 0.0

    def run(self) -> None:
        self.messages = self._resident.poll(web=self._web, wait=LONGEST_POLL_SECONDS)
        self.ended_at = time.monotonic()


def seconds_of_this_minute() -> float:
    return time.time() % 60
