"""The process that listens (nlu.speech.listener), seen from the app: started when there is
something to hear, ended when there has been nothing for a while, started again after a fault."""

import json
import logging
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from backend.messaging.messages import Transcript
from backend.settings import PROJECT_FOLDER
from nlu.speech.recognise import Choice

log = logging.getLogger(__name__)

LONGEST_SECONDS = 120.0  # for a minute of sound, its model read first, on a busy machine
REST_AFTER_SECONDS = 600.0  # its model takes a third of a gigabyte


class NotHeard(Exception):
    """This recording cannot be played; trying again will not help."""


class ListenerFailed(Exception):
    """The process ended, or took too long."""


class Listener:
    """Used by one thread, but for `stop`."""

    def __init__(self, choice: Choice) -> None:
        self._choice = choice
        self._process: subprocess.Popen[str] | None = None
        self._used_at = 0.0

    def hear(self, recording: Path) -> Transcript:
        """Raises NotHeard or ListenerFailed."""
        answer = self._ask(str(recording))
        if "heard" in answer:
            return Transcript(**answer["heard"])
        raise NotHeard(answer["problem"])

    def rest(self) -> None:
        """End the process when nothing was heard for a while."""
        if self._process and time.monotonic() - self._used_at > REST_AFTER_SECONDS:
            self.stop()

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()  # it writes nothing that could be left half-done
            process.communicate()

    def _ask(self, recording: str) -> dict[str, Any]:
        process = self._process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        too_long = threading.Timer(LONGEST_SECONDS, process.kill)
        too_long.start()
        try:
            process.stdin.write(json.dumps(recording) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except (OSError, ValueError):  # it ended before, or was stopped meanwhile
            line = ""
        finally:
            too_long.cancel()
            self._used_at = time.monotonic()
        if not line:
            self.stop()
            raise ListenerFailed(f"it ended with {process.returncode}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _start(self) -> "subprocess.Popen[str]":
        given = json.dumps(
            {
                "engine": self._choice.engine,
                "model_dir": self._choice.model_dir and str(self._choice.model_dir),
                "own_folder": str(self._choice.own_folder),
            }
        )
        # setpriv ends it when this thread's process dies, so that a killed app leaves none.
        die_with_us = ["setpriv", "--pdeathsig", "KILL"]
        return subprocess.Popen(
            [*die_with_us, sys.executable, "-m", "nlu.speech.listener", given],
            cwd=PROJECT_FOLDER,
            env=os.environ | {"OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is for the app, which then stops it
        )
