"""A recording as 16 kHz mono sound: what every recogniser takes.

SoundError
├── EmptySound   no bytes, or no sound in them
└── NotSound     nothing that can be played, whatever it is called
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import av
import numpy as np
import numpy.typing as npt
import pysilk
from av.audio.resampler import AudioResampler
from av.container import InputContainer

from nlu.speech.limits import LONGEST_SECONDS

RATE = 16_000
_LOST_SECONDS = 0.5  # a file that ends so much earlier than it says was broken off
_SILK = (b"\x02#!SILK_V3", b"#!SILK_V3")  # WeChat puts a byte before the mark
_SILK_PACKET_SECONDS = 0.02
_SILK_LAST = 0xFFFF
_AMR_FRAME_SECONDS = 0.02
# Bytes of a frame after its first, by the mode that stands in that one.
_AMR_NO_SPEECH = 14  # from this mode on a frame says only that it was lost, or that nobody spoke
_AMR = (
    (b"#!AMR\n", (12, 13, 15, 17, 19, 20, 26, 31, 5)),
    (b"#!AMR-WB\n", (17, 23, 32, 36, 40, 46, 50, 58, 60, 5)),
)

Samples = npt.NDArray[np.float32]


class SoundError(Exception):
    """The words are for operators."""


class EmptySound(SoundError):
    pass


class NotSound(SoundError):
    pass


@dataclass(frozen=True)
class Sound:
    samples: Samples  # -1 to 1, at RATE
    seconds: float  # of the whole recording, as far as can be told
    is_cut: bool  # too long, or broken off: there is more than `samples`


def decode(content: bytes) -> Sound:
    """The first minute of `content`. Raises EmptySound or NotSound."""
    if not content:
        raise EmptySound("the file is empty")
    for mark, sizes in _AMR:
        if content.startswith(mark):
            return _some(_amr(content, len(mark), sizes))
    return _some(_silk(content) if content.startswith(_SILK) else _played(content))


def _some(sound: Sound) -> Sound:
    if not sound.samples.size:
        raise NotSound("it cannot be played") if sound.is_cut else EmptySound("no sound in it")
    return sound


def has_pictures(content: bytes) -> bool:
    """Whether a container (mp4, webm, 3gp) has moving pictures, and not a voice alone."""
    try:
        with av.open(io.BytesIO(content), mode="r", metadata_errors="ignore") as container:
            return bool(container.streams.video) or not container.streams.audio
    except (av.FFmpegError, ValueError):
        return True


def _played(content: bytes) -> Sound:
    try:
        with av.open(io.BytesIO(content), mode="r", metadata_errors="ignore") as container:
            if not container.streams.audio:
                raise NotSound("there is no sound track")
            return _first_minute(container)
    except (av.FFmpegError, ValueError) as error:
        raise NotSound(f"it cannot be played ({type(error).__name__})") from None


def _first_minute(container: InputContainer) -> Sound:
    pieces: list[Samples] = []
    most, count, is_broken = LONGEST_SECONDS * RATE, 0, False
    try:
        for piece in _pieces(container):
            pieces.append(piece)
            count += piece.size
            if count > most:
                break
    except av.FFmpegError:
        is_broken = True  # what came before the fault is kept
    heard = count / RATE
    seconds = max(heard, (container.duration or 0) / av.time_base)
    samples = np.concatenate(pieces)[:most] if pieces else np.zeros(0, np.float32)
    return Sound(samples, seconds, is_cut=is_broken or seconds - heard > _LOST_SECONDS)


def _pieces(container: InputContainer) -> Iterator[Samples]:
    resampler = AudioResampler(format="flt", layout="mono", rate=RATE)
    for frame in container.decode(audio=0):
        for resampled in resampler.resample(frame):
            yield resampled.to_ndarray()[0]
    for resampled in resampler.resample(None):
        yield resampled.to_ndarray()[0]


def _amr(content: bytes, start: int, sizes: Sequence[int]) -> Sound:
    """An AMR file does not say how long it is: its frames are counted."""
    ends = list(_amr_frames(content, start, sizes))
    kept = ends[: round(LONGEST_SECONDS / _AMR_FRAME_SECONDS)]
    if not kept:
        return Sound(np.zeros(0, np.float32), 0.0, is_cut=len(content) > start)
    sound = _played(content[: kept[-1]])
    is_cut = len(ends) > len(kept) or ends[-1] < len(content)
    return Sound(sound.samples, len(ends) * _AMR_FRAME_SECONDS, is_cut)


def _amr_frames(content: bytes, start: int, sizes: Sequence[int]) -> Iterator[int]:
    """Where each whole frame ends; what is no frame ends them all."""
    while start < len(content):
        mode = content[start] >> 3 & 0x0F
        is_speech = mode < len(sizes)
        if content[start] & 0x83 or not (is_speech or mode >= _AMR_NO_SPEECH):
            return
        start += 1 + (sizes[mode] if is_speech else 0)
        if start > len(content):
            return
        yield start


def _silk(content: bytes) -> Sound:
    """pysilk decodes a whole file: it is given no more than a minute of it."""
    start = content.index(_SILK[1]) + len(_SILK[1])
    ends = list(_silk_packets(content, start))
    kept = ends[: round(LONGEST_SECONDS / _SILK_PACKET_SECONDS)]
    end = ends[-1] if ends else start
    decoded, is_cut = io.BytesIO(), len(ends) > len(kept) or _is_broken_off(content[end:])
    try:
        pysilk.decode(io.BytesIO(content[: kept[-1] if kept else start]), decoded, RATE)
    except pysilk.SilkError:
        is_cut = True
    samples = np.frombuffer(decoded.getvalue(), "<i2").astype(np.float32) / np.float32(32768)
    return Sound(samples, len(ends) * _SILK_PACKET_SECONDS, is_cut)


def _silk_packets(content: bytes, start: int) -> Iterator[int]:
    """Where each whole packet ends: two bytes of length, and as many bytes."""
    while start + 2 <= len(content):
        length = int.from_bytes(content[start : start + 2], "little")
        start += 2 + length
        if length == _SILK_LAST or start > len(content):
            return
        yield start


def _is_broken_off(rest: bytes) -> bool:
    """Bytes of a packet that is not whole stand after the last one."""
    return bool(rest) and rest[:2] != _SILK_LAST.to_bytes(2, "little")
