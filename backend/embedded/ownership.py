"""Ownership of the server: one program at a time starts, watches and stops it."""

import fcntl
import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backend.embedded.server import is_running, start, stop
from backend.errors import BadInput

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
HANDOVER_SECONDS = 10.0  # for a command that is just ending


@contextmanager
def owned(folder: Path) -> Iterator[str]:
    """The URL of the server, which is started again when it dies, and stopped at the end.

    Raises BadInput when another Minhu runs on the folder.
    """
    with _lock(folder, seconds=HANDOVER_SECONDS) as is_ours:
        if not is_ours:
            raise BadInput(
                f"another Minhu{_holder(folder)} runs on {folder.parent}: stop it, or name "
                f"another folder with --data-dir"
            )
        url = start(folder)
        watch = _Watch(folder)
        watch.start()
        try:
            yield url
        finally:
            watch.stop()
            stop(folder)


@contextmanager
def borrowed(folder: Path) -> Iterator[str]:
    """The URL of the server; stopped at the end, unless another program owns it."""
    with _lock(folder, seconds=0) as is_ours:
        ran_before = is_running(folder)
        try:
            yield start(folder)
        finally:
            if is_ours and not ran_before:
                stop(folder)


@contextmanager
def _lock(folder: Path, *, seconds: float) -> Iterator[bool]:
    """False when somebody else has the lock; the system frees it when its process dies."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _lock_file(folder).open("a+") as file:
        is_ours = _try(file.fileno(), seconds)
        if is_ours:
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
        yield is_ours


def _try(descriptor: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            time.sleep(0.1)
        else:
            return True


def _holder(folder: Path) -> str:
    pid = _lock_file(folder).read_text().strip()
    return f" (process {pid})" if pid else ""


def _lock_file(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.lock")


class _Watch(threading.Thread):
    """Starts the server again when its postmaster was killed."""

    def __init__(self, folder: Path) -> None:
        super().__init__(name="postgres-watch", daemon=True)
        self._folder = folder
        self._stopping = threading.Event()

    def run(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            if is_running(self._folder):
                continue
            log.error("PostgreSQL has ended; starting it again")
            try:
                start(self._folder)
            except BadInput as problem:  # its children may still hold its memory
                log.warning("PostgreSQL does not start yet: %s", problem)

    def stop(self) -> None:
        self._stopping.set()
        self.join()
