"""Rasa as a child process on loopback: started, watched, started again, stopped."""

import logging
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from backend.errors import BadInput
from backend.settings import PROJECT_FOLDER

log = logging.getLogger(__name__)

PYTHON = PROJECT_FOLDER / ".venv-rasa" / "bin" / "python"
RESTART_SECONDS = 2.0
# A Rasa that hangs is ended after a few looks in a row that nobody answers: within half a minute.
LOOK_SECONDS = 4.0
MOST_SILENT_LOOKS = 3
LONGEST_START_SECONDS = 600.0  # on a busy machine
MOST_LOG_BYTES = 10 * 2**20  # then the log begins anew, and the one before is kept beside it


def environment(**more: str) -> dict[str, str]:
    """Rasa's environment: telemetry off, one thread for TensorFlow, quiet."""
    return os.environ | {
        "PYTHONPATH": str(PROJECT_FOLDER),
        "RASA_TELEMETRY_ENABLED": "false",
        "RASA_MAX_CACHE_SIZE": "0",  # it would not see that `nlu` has changed
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "0",
        "CUDA_VISIBLE_DEVICES": "",
        "SANIC_HOST": "127.0.0.1",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONWARNINGS": "ignore",
        **more,
    }


def require_rasa() -> None:
    """Raises BadInput where Rasa's environment is not installed, or there is no checkout."""
    names = ("config.yml", "data/nlu", ".venv-rasa/bin/python")
    if missing := [name for name in names if not (PROJECT_FOLDER / name).exists()]:
        raise BadInput(
            f"Rasa needs a checkout of Minhu where `make setup` has run: "
            f"{PROJECT_FOLDER} has no {', '.join(missing)}"
        )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RasaProcess(threading.Thread):
    """Keeps one Rasa running until `stop()`."""

    def __init__(
        self,
        model: Path,
        *,
        token: str,
        log_file: Path,
        starts: Callable[[str], None],
        answers: Callable[[], bool],
    ) -> None:
        """`starts` is called with the address of each start: another may have taken a port.

        `answers` tells whether the Rasa at that address answers in time.
        """
        super().__init__(name="rasa", daemon=True)
        self._starts = starts
        self._answers = answers
        self._model = model
        self._environment = environment(MINHU_RASA_TOKEN=token)
        self._log_file = log_file
        self._stopping = threading.Event()
        self._starting = threading.Lock()  # held while a process is started, see stop()
        self.process: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._run_once()
            except OSError:
                log.exception("Rasa cannot be started")
            if not self._stopping.wait(RESTART_SECONDS):
                log.warning("Rasa has ended; starting it again")

    def _run_once(self) -> None:
        """Start Rasa and return when it has ended, by itself or because it hung."""
        with self._starting:
            if self._stopping.is_set():
                return
            process = self._start_process()
        self._watch(process)

    def _start_process(self) -> "subprocess.Popen[bytes]":
        port = free_port()
        self._starts(f"http://127.0.0.1:{port}")
        self._log_file.parent.mkdir(parents=True, exist_ok=True)
        with self._log_file.open("ab") as output:
            self.process = subprocess.Popen(
                self._command(port),
                cwd=PROJECT_FOLDER,
                env=self._environment,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C is for the app, which then stops Rasa
            )
        return self.process

    def _watch(self, process: "subprocess.Popen[bytes]") -> None:
        silent_looks, answered = 0, False
        started = time.monotonic()
        while not self._has_ended(process, LOOK_SECONDS):
            _rotate(self._log_file)
            if self._answers():
                silent_looks, answered = 0, True
                continue
            silent_looks += 1
            is_starting = not answered and time.monotonic() - started < LONGEST_START_SECONDS
            if silent_looks >= MOST_SILENT_LOOKS and not is_starting:
                log.warning("Rasa does not answer; ending it")
                process.kill()

    def _has_ended(self, process: "subprocess.Popen[bytes]", seconds: float) -> bool:
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        return process.poll() is not None

    def _command(self, port: int) -> list[str]:
        # setpriv ends Rasa when this thread's process dies, so that a killed app leaves none.
        return [
            "setpriv", "--pdeathsig", "TERM", str(PYTHON), "-m", "nlu.components.serve",
            str(self._model), str(port),
        ]  # fmt: skip

    def stop(self) -> None:
        """End Rasa, also one that is being started at this moment."""
        with self._starting:
            self._stopping.set()
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()


def _rotate(log_file: Path) -> None:
    """Rasa goes on writing to the same file, which it appends to."""
    with suppress(OSError):  # a full disk is no reason to leave Rasa unwatched
        if log_file.stat().st_size > MOST_LOG_BYTES:
            shutil.copyfile(log_file, log_file.with_name(f"{log_file.name}.1"))
            os.truncate(log_file, 0)
