"""Threads that do one step after another while there is work, and sleep until woken."""

import logging
import threading
from collections.abc import Callable

from sqlalchemy.exc import OperationalError

log = logging.getLogger(__name__)

LONGEST_SLEEP_SECONDS = 1.0  # work that nobody announced is found by then
AFTER_FAILURE_SECONDS = 1.0


class Workers:
    """Threads that run `step()` until it returns False; each `wake()` wakes one of them."""

    def __init__(self, name: str, step: Callable[[], bool], *, threads: int) -> None:
        self._name = name
        self._step = step
        self._wakes = threading.Semaphore(0)
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, name=f"{name}-{n}", daemon=True)
            for n in range(threads)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        self._wakes.release()

    def stop(self) -> None:
        self._stopping.set()
        self._wakes.release(len(self._threads))

    def _run(self) -> None:
        while not self._stopping.is_set():
            if not self._work():
                self._wakes.acquire(timeout=LONGEST_SLEEP_SECONDS)

    def _work(self) -> bool:
        try:
            return self._step()
        except OperationalError:
            log.warning("%s: PostgreSQL is not reachable; trying again", self._name)
        except Exception:
            # One bad message must not end the worker: its row stays and is tried again.
            log.exception("%s: a step failed", self._name)
        self._stopping.wait(AFTER_FAILURE_SECONDS)
        return False
