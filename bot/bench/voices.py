"""Recordings of speech for `minhu bench --voices`."""

from dataclasses import dataclass
from pathlib import Path

from nlu.speech.decode import SoundError, decode

AT_ONCE = 10


@dataclass(frozen=True)
class Recording:
    content: bytes
    seconds: float


def read(folder: Path) -> list[Recording]:
    """The folder's files that can be decoded; others are skipped."""
    recordings = []
    for path in sorted(folder.iterdir()):
        content = path.read_bytes()
        try:
            recordings.append(Recording(content, decode(content).seconds))
        except SoundError:
            continue
    return recordings
