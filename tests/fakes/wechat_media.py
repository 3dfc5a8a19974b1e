"""Temporary media of an Official Account: what residents sent, and what the account uploads."""

import io
import time
from dataclasses import dataclass, field
from itertools import count

import av

LIVES_SECONDS = 72 * 3600.0
MOST_VOICE_BYTES = 2 * 1024 * 1024
MOST_VOICE_SECONDS = 60
AMR, MP3 = (b"#!AMR\n",), (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")
VOICES = {".amr": AMR, ".mp3": MP3}
EMPTY, WRONG_FILE, UNKNOWN = 41005, 40005, 40007
TOO_LARGE, TOO_LONG = 45001, 45007


@dataclass
class Media:
    content: bytes
    media_type: str
    kept_at: float


@dataclass
class Shelf:
    """What is kept for three days under a number of WeChat's."""

    _media: dict[str, Media] = field(default_factory=dict)
    _numbers: "count[int]" = field(default_factory=lambda: count(1001))

    def keep(self, content: bytes, media_type: str) -> str:
        media_id = f"media-{next(self._numbers)}"
        self._media[media_id] = Media(content, media_type, time.time())
        return media_id

    def find(self, media_id: str) -> Media | None:
        """None for what was never there, and for what is gone."""
        media = self._media.get(media_id)
        return media if media and time.time() <= media.kept_at + LIVES_SECONDS else None

    def forget(self) -> None:
        """As after three days."""
        for media in self._media.values():
            media.kept_at = 0.0


def refused_voice(name: str, content: bytes) -> int:
    """The code that an uploaded voice is refused with; 0 when it is taken."""
    marks = VOICES.get(name[-4:].lower())
    if not content:
        return EMPTY
    if marks is None or not content.startswith(marks):
        return WRONG_FILE
    if len(content) > MOST_VOICE_BYTES:
        return TOO_LARGE
    return TOO_LONG if _seconds(content) > MOST_VOICE_SECONDS else 0


def _seconds(content: bytes) -> float:
    with av.open(io.BytesIO(content)) as container:
        samples = sum(frame.samples for frame in container.decode(audio=0))
        return samples / container.streams.audio[0].rate
