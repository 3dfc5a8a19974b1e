"""The child process that is Rasa: started, watched, started again."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.rasa import process as rasa_process
from bot.rasa.client import LOOK_SECONDS as ANSWER
from bot.rasa.process import LOOK_SECONDS as LOOK
from bot.rasa.process import RESTART_SECONDS as RESTART
from bot.rasa.process import RasaProcess

DEADLINE_SECONDS = 20.0


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rasa_process, "RESTART_SECONDS", 0.01)
    monkeypatch.setattr(rasa_process, "LOOK_SECONDS", 0.02)


class Sleeper(RasaProcess):
    """A process that does nothing takes Rasa's place; it can be killed, hung and missing."""

    command = (sys.executable, "-c", "import time; time.sleep(60)")

    def _command(self, port: int) -> list[str]:
        return list(self.command)


Start = Callable[..., Sleeper]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[Sleeper] = []

    def run(answers: Callable[[], bool], *, log: Path = tmp_path / "var" / "rasa.log") -> Sleeper:
        addresses: list[str] = []
        it = Sleeper(tmp_path, token="t", log_file=log, starts=addresses.append, answers=answers)
        it.addresses = addresses  # type: ignore[attr-defined]
        started.append(it)
        it.start()
        return it

    yield run
    for one in started:
        one.stop()
        one.join(DEADLINE_SECONDS)


def starts_again(it: Sleeper, times: int) -> bool:
    until = time.monotonic() + DEADLINE_SECONDS
    while len(it.addresses) < times and time.monotonic() < until:  # type: ignore[attr-defined]
        time.sleep(0.01)
    return len(it.addresses) >= times  # type: ignore[attr-defined]


def test_a_missing_folder_does_not_end_rasa(start: Start, tmp_path: Path) -> None:
    it = start(lambda: True)
    assert starts_again(it, 1)
    assert it.is_alive()
    assert (tmp_path / "var").is_dir()


def test_an_unusable_log_is_tried_again(start: Start, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    it = start(lambda: True, log=tmp_path / "file" / "rasa.log")
    assert starts_again(it, 3)
    assert it.is_alive()


def test_a_killed_rasa_is_started_again(start: Start) -> None:
    it = start(lambda: True)
    assert starts_again(it, 1)
    while it.process is None:
        time.sleep(0.01)
    it.process.kill()
    assert starts_again(it, 2)


def test_a_hung_rasa_is_started_again(start: Start) -> None:
    hung = threading.Event()
    it = start(lambda: not hung.is_set())
    assert starts_again(it, 1)
    time.sleep(0.2)
    assert len(it.addresses) == 1  # type: ignore[attr-defined]
    hung.set()
    assert starts_again(it, 2)


def test_a_starting_rasa_is_left_alone(start: Start) -> None:
    it = start(lambda: False)
    assert starts_again(it, 1)
    time.sleep(0.5)
    assert len(it.addresses) == 1  # type: ignore[attr-defined]


def test_a_rasa_that_is_starting_is_stopped(tmp_path: Path) -> None:
    def stop(_: str) -> None:
        threading.Thread(target=it.stop).start()
        time.sleep(0.05)

    it = Sleeper(
        tmp_path, token="t", log_file=tmp_path / "rasa.log", starts=stop, answers=lambda: True
    )
    it.start()
    it.join(DEADLINE_SECONDS)
    assert not it.is_alive()


def test_a_hung_rasa_is_replaced_within_30_seconds() -> None:
    longest = (LOOK + ANSWER) * (rasa_process.MOST_SILENT_LOOKS + 1)
    assert longest + RESTART < 30
