"""Decoding of files that strangers send: in a child process with limits, one file at a time."""

import os
import subprocess
import sys
import threading
from enum import StrEnum

from backend.attachments import decoder
from backend.errors import TooLarge, UnsupportedMedia
from backend.settings import PROJECT_FOLDER

LONGEST_SECONDS = 60.0  # on a busy machine; processor time is limited to less
UNREADABLE, TOO_LARGE = "这张照片打不开，请截个图发来", "这张照片太大了"
_one_at_a_time = threading.Lock()


class Task(StrEnum):
    TURN = "turn"  # a photo upright
    JPEG = "jpeg"  # an iPhone photo as JPEG
    PICTURES = "pictures"  # whether a container has video; the result is empty if not


def decode(task: Task, content: bytes) -> bytes:
    """Raises TooLarge, or UnsupportedMedia for what cannot be decoded within the limits."""
    command = ["setpriv", "--pdeathsig", "KILL", sys.executable, "-m", decoder.__name__, task]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
    with _one_at_a_time:
        try:
            done = subprocess.run(
                command,
                input=content,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=PROJECT_FOLDER,
                env=environment,
                timeout=LONGEST_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise UnsupportedMedia(UNREADABLE) from None
    if done.returncode == decoder.TOO_LARGE:
        raise TooLarge(TOO_LARGE)
    if done.returncode != 0:
        raise UnsupportedMedia(UNREADABLE)
    return done.stdout
