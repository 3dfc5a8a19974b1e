"""Worker threads that repeat a step while there is work, then sleep until woken."""

import logging
import threading
from collections.abc import Callable

from backend.database import Unavailable
from bot.metrics import STEP_FAILURES

log = logging.getLogger(__name__)

LOOKOUT_SECONDS = 1.0  # sleep of the one thread that looks for unannounced work
LONGEST_SLEEP_SECONDS = 5.0  # sleep of the other threads
AFTER_FAILURE_SECONDS = 1.0


class Workers:
    """Threads that run `step()` until it returns False; each `wake()` wakes one of them.

    With `each_announced`, every piece of work has its own `wake()`: a woken thread does one piece
    and looks for another only if a further wake-up came.
    """

    def __init__(
        self, name: str, step: Callable[[], bool], *, threads: int, each_announced: bool = False
    ) -> None:
        self._name = name
        self._step = step
        self._each_announced = each_announced
        self._wakes = threading.Semaphore(0)
        self._wake_count = 0
        self._may_have_more = True  # unannounced work, as at the start
        self._lookout = threading.Lock()  # owned by the thread that sleeps LOOKOUT_SECONDS
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, name=f"{name}-{n}", daemon=True)
            for n in range(threads)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        self._wake_count += 1
        self._wakes.release()

    def wake_all(self) -> None:
        """Wake every thread, as wake-ups may have been missed."""
        self._may_have_more = True
        self._wake_count += 1
        self._wakes.release(len(self._threads))

    def stop(self) -> None:
        self._stopping.set()
        self._wakes.release(len(self._threads))

    def join(self) -> None:
        """Wait until all threads have ended, after `stop`."""
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        woken = True
        while not self._stopping.is_set():
            self._work_off(woken)
            woken = self._sleep()

    def _work_off(self, woken: bool) -> None:
        """Repeat the step until no work can be left."""
        wakes = self._wake_count
        while self._work() and not self._stopping.is_set():
            if not woken:  # unannounced work seldom comes alone
                woken = True
                self.wake_all()
            if self._each_announced and not self._may_have_more and wakes == self._wake_count:
                return
            wakes = self._wake_count
        else:
            self._may_have_more = False

    def _sleep(self) -> bool:
        """Sleep; True when this thread was woken, False when its time ran out."""
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
            STEP_FAILURES.labels(self._name).inc()
            # One bad row must not end the worker; the row stays and is tried again.
            log.exception("%s: a step failed", self._name)
        self._stopping.wait(AFTER_FAILURE_SECONDS)
        return False
