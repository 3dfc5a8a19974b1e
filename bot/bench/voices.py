"""Recordings for `minhu bench --voices`: of people who speak, else there is nothing to hear."""

from dataclasses import dataclass
from pathlib import Path

from nlu.speech.decode import SoundError, decode

AT_ONCE = 10


@dataclass(frozen=True)
class Recording:
    content: bytes
    seconds: float


def read(folder: Path) -> list[Recording]:
    """Those of its files that can be played."""
    found = []
    for path in sorted(folder.iterdir()):
        content = path.read_bytes()
        try:
            found.append(Recording(content, decode(content).seconds))
        except SoundError:
            continue  # a list of what is said in them, perhaps
    return found
