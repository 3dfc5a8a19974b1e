"""Threads that do one step after another while there is work, and sleep until woken."""

import logging
import threading
from collections.abc import Callable

from backend.database import Unavailable

log = logging.getLogger(__name__)

LOOKOUT_SECONDS = 1.0  # one thread looks so often for work that nobody announced
LONGEST_SLEEP_SECONDS = 5.0  # of the others
AFTER_FAILURE_SECONDS = 1.0


class Workers:
    """Threads that run `step()` until it returns False; each `wake()` wakes one of them.

    With `each_announced`, every piece of work has a `wake()` of its own: a thread that was woken
    and has done one piece need not look for another, unless a wake-up came meanwhile.
    """

    def __init__(
        self, name: str, step: Callable[[], bool], *, threads: int, each_announced: bool = False
    ) -> None:
        self._name = name
        self._step = step
        self._each_announced = each_announced
        self._wakes = threading.Semaphore(0)
        self._wakes_given = 0
        self._more_waits = True  # work that was not announced, as at the start
        self._lookout = threading.Lock()  # held by the thread that sleeps the shorter time
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, name=f"{name}-{n}", daemon=True)
            for n in range(threads)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        self._wakes_given += 1
        self._wakes.release()

    def wake_all(self) -> None:
        """Wake-ups may have been missed."""
        self._more_waits = True
        self._wakes_given += 1
        self._wakes.release(len(self._threads))

    def stop(self) -> None:
        self._stopping.set()
        self._wakes.release(len(self._threads))

    def join(self) -> None:
        """Wait until its threads have ended, after `stop`."""
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        woken = True
        while not self._stopping.is_set():
            self._work_off(woken)
            woken = self._sleep()

    def _work_off(self, woken: bool) -> None:
        """One step after another, until nothing can be left."""
        wakes = self._wakes_given
        while self._work() and not self._stopping.is_set():
            if not woken:  # what nobody announced is seldom alone
                woken = True
                self.wake_all()
            if self._each_announced and not self._more_waits and wakes == self._wakes_given:
                return
            wakes = self._wakes_given
        else:
            self._more_waits = False

    def _sleep(self) -> bool:
        """False when nobody woke this thread."""
        if not self._lookout.acquire(blocking=False):
            return self._wakes.acquire(timeout=LONGEST_SLEEP_SECONDS)
        try:
            return self._wakes.acquire(timeout=LOOKOUT_SECONDS)
        finally:
            self._lookout.release()

    def _work(self) -> bool:
        try:
            return self._step()
        except Unavailable:
            log.warning("%s: PostgreSQL is not reachable; trying again", self._name)
        except Exception:
            # One bad message must not end the worker: its row stays and is tried again.
            log.exception("%s: a step failed", self._name)
        self._stopping.wait(AFTER_FAILURE_SECONDS)
        return False
