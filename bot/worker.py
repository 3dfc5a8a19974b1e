"""A thread that does one step after another while there is work, and sleeps until it is woken."""

import logging
import threading
from collections.abc import Callable

from sqlalchemy.exc import OperationalError

log = logging.getLogger(__name__)

LONGEST_SLEEP_SECONDS = 1.0  # work that nobody announced is found by then
AFTER_FAILURE_SECONDS = 1.0


class Worker(threading.Thread):
    """Runs `step()` until it returns False, then waits to be woken."""

    def __init__(self, name: str, step: Callable[[], bool]) -> None:
        super().__init__(name=name, daemon=True)
        self._step = step
        self._woken = threading.Event()
        self._stopping = False

    def run(self) -> None:
        while not self._stopping:
            self._woken.clear()
            if not self._work():
                self._woken.wait(LONGEST_SLEEP_SECONDS)

    def _work(self) -> bool:
        try:
            return self._step()
        except OperationalError:
            log.warning("%s: PostgreSQL is not reachable; trying again", self.name)
        except Exception:
            # One bad message must not end the worker: its row stays and is tried again.
            log.exception("%s: a step failed", self.name)
        self._woken.wait(AFTER_FAILURE_SECONDS)
        return False

    def wake(self) -> None:
        self._woken.set()

    def stop(self) -> None:
        self._stopping = True
        self._woken.set()
