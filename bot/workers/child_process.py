"""A child process that answers one line of JSON with one line of JSON.

The process starts with the first request, ends after a time without requests and starts again
after a fault. It runs at the lowest priority, so that speech never delays text turns.
"""

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

IDLE_SECONDS = 600.0  # then the process ends: a model takes a third of a gigabyte and more
LOWEST_PRIORITY = 19  # nice value


class ChildFailed(Exception):
    """The process ended, or took too long."""


class Child:
    """One thread uses it; any thread may call `stop`."""

    def __init__(self, module: str, options: dict[str, Any], *, longest_seconds: float) -> None:
        self._command = [sys.executable, "-m", module, json.dumps(options)]
        self._longest_seconds = longest_seconds
        self._process: subprocess.Popen[str] | None = None
        self._used_at = 0.0

    def ask(self, request: str | dict[str, str]) -> dict[str, Any]:
        """The child's answer to `request`. Raises ChildFailed."""
        process = self._process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        time_limit = threading.Timer(self._longest_seconds, process.kill)
        time_limit.start()
        try:
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except (OSError, ValueError):  # the process has ended or was stopped
            line = ""
        finally:
            time_limit.cancel()
            self._used_at = time.monotonic()
        if not line:
            self.stop()
            raise ChildFailed(f"it ended with {process.returncode}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def rest(self) -> None:
        """End the process if it had no request for IDLE_SECONDS."""
        if self._process and time.monotonic() - self._used_at > IDLE_SECONDS:
            self.stop()

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()  # it writes no files that could stay incomplete
            process.communicate()

    def _start(self) -> "subprocess.Popen[str]":
        # setpriv kills the child when this process dies, so that a killed app leaves none.
        die_with_us = ["setpriv", "--pdeathsig", "KILL"]
        process = subprocess.Popen(
            [*die_with_us, *self._command],
            cwd=PROJECT_FOLDER,
            env=os.environ | {"OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C reaches the app alone, which then stops the child
        )
        _lower_priority(process.pid)
        return process


def _lower_priority(pid: int) -> None:
    """Lower the nice value and the session's autogroup: Linux compares autogroups first."""
    os.setpriority(os.PRIO_PROCESS, pid, LOWEST_PRIORITY)
    with suppress(OSError):  # no autogroups here, or written too often
        Path(f"/proc/{pid}/autogroup").write_text(str(LOWEST_PRIORITY))
