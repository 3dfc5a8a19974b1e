"""A process of ours that answers one line of JSON with another: started when it is asked
something, ended when it was asked nothing for a while, started again after a fault. It steps
back for every other process, so that those who type need not wait for those who speak."""

import json
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from backend.settings import PROJECT_FOLDER

REST_AFTER_SECONDS = 600.0  # a model takes a third of a gigabyte and more
LAST = 19  # the lowest priority there is


class ChildFailed(Exception):
    """The process ended, or took too long."""


class Child:
    """Used by one thread, but for `stop`."""

    def __init__(self, module: str, given: dict[str, Any], *, longest_seconds: float) -> None:
        self._command = [sys.executable, "-m", module, json.dumps(given)]
        self._longest_seconds = longest_seconds
        self._process: subprocess.Popen[str] | None = None
        self._used_at = 0.0

    def ask(self, question: str | dict[str, str]) -> dict[str, Any]:
        """Raises ChildFailed."""
        process = self._process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        too_long = threading.Timer(self._longest_seconds, process.kill)
        too_long.start()
        try:
            process.stdin.write(json.dumps(question) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except (OSError, ValueError):  # it ended before, or was stopped meanwhile
            line = ""
        finally:
            too_long.cancel()
            self._used_at = time.monotonic()
        if not line:
            self.stop()
            raise ChildFailed(f"it ended with {process.returncode}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def rest(self) -> None:
        """End the process when nothing was asked for a while."""
        if self._process and time.monotonic() - self._used_at > REST_AFTER_SECONDS:
            self.stop()

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()  # it writes nothing that could be left half-done
            process.communicate()

    def _start(self) -> "subprocess.Popen[str]":
        # setpriv ends it when this thread's process dies, so that a killed app leaves none.
        die_with_us = ["setpriv", "--pdeathsig", "KILL"]
        process = subprocess.Popen(
            [*die_with_us, *self._command],
            cwd=PROJECT_FOLDER,
            env=os.environ | {"OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is for the app, which then stops it
        )
        _step_back(process.pid)
        return process


def _step_back(pid: int) -> None:
    """Linux gives each session its share first, and heeds niceness only within one (sched(7))."""
    os.setpriority(os.PRIO_PROCESS, pid, LAST)
    with suppress(OSError):  # a kernel or a container without it, or asked too often
        Path(f"/proc/{pid}/autogroup").write_text(str(LAST))
