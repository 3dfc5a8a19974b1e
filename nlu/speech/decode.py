"""Decoding of a recording to 16 kHz mono samples, the input of every recogniser.

SoundError
├── EmptySound   no bytes, or no samples in them
└── NotSound     no playable audio, whatever the file name says
"""

import io
import re
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
_LOST_SECONDS = 0.5  # a file that ends so much before its stated duration is truncated
_SILK = (b"\x02#!SILK_V3", b"#!SILK_V3")  # WeChat adds a byte before the magic number
_SILK_PACKET_SECONDS = 0.02
_SILK_LAST = 0xFFFF  # length that marks the end of the packets
_AMR_FRAME_SECONDS = 0.02
_AMR_NO_SPEECH = 14  # from this mode on: lost frame, or no data
# Magic number, and bytes of a frame after its header byte, by mode.
_AMR = (
    (b"#!AMR\n", (12, 13, 15, 17, 19, 20, 26, 31, 5)),
    (b"#!AMR-WB\n", (17, 23, 32, 36, 40, 46, 50, 58, 60, 5)),
)

# The demuxers that are used, each with the beginning of its files.
_FORMATS = (
    ("mov", re.compile(rb".{4}(?:ftyp|moov|mdat|wide|free|skip)", re.DOTALL)),  # mp4, m4a, 3gp
    ("matroska", re.compile(rb"\x1aE\xdf\xa3")),  # webm
    ("ogg", re.compile(rb"OggS")),
    ("wav", re.compile(rb"RIFF.{4}WAVE", re.DOTALL)),
    ("amr", re.compile(rb"#!AMR(?:-WB)?\n")),
    ("flac", re.compile(rb"fLaC")),
    ("mp3", re.compile(rb"ID3[\x02-\x04]|\xff[\xe2\xe3\xf2\xf3\xfa\xfb]")),
    ("aac", re.compile(rb"\xff[\xf0\xf1\xf8\xf9]")),
)

Samples = npt.NDArray[np.float32]


class SoundError(Exception):
    """A recording that cannot be decoded; the message is for operators."""


class EmptySound(SoundError):
    """No bytes, or no samples in them."""


class NotSound(SoundError):
    """No playable audio."""


@dataclass(frozen=True)
class Sound:
    """Decoded audio."""

    samples: Samples  # from -1 to 1, at RATE, at most a minute
    seconds: float  # of the whole recording, as far as known
    is_cut: bool  # too long or truncated: `samples` are only a part


def decode(content: bytes) -> Sound:
    """Decode the first minute of a file of any audio format. Raises EmptySound or NotSound."""
    if not content:
        raise EmptySound("the file is empty")
    for mark, sizes in _AMR:
        if content.startswith(mark):
            return _require_samples(_amr(content, len(mark), sizes))
    return _require_samples(
        _silk(content) if content.startswith(_SILK) else _decode_container(content)
    )


def _require_samples(sound: Sound) -> Sound:
    if not sound.samples.size:
        raise NotSound("it cannot be played") if sound.is_cut else EmptySound("no sound in it")
    return sound


def has_pictures(content: bytes) -> bool:
    """True if a container (mp4, webm, 3gp) has video, no audio, or cannot be opened."""
    try:
        with _opened(content) as container:
            return bool(container.streams.video) or not container.streams.audio
    except (SoundError, av.FFmpegError, ValueError):
        return True


def _opened(content: bytes) -> InputContainer:
    """The container, read by the demuxer of its own format alone. Raises NotSound.

    A demuxer that the library guesses may be a playlist's or a session description's, which open
    other files and addresses.
    """
    form = next((name for name, mark in _FORMATS if mark.match(content)), None)
    if form is None:
        raise NotSound("its format is not one of ours")
    source = io.BytesIO(content)
    options = {"protocol_whitelist": "", "format_whitelist": form}
    return av.open(source, mode="r", format=form, options=options, metadata_errors="ignore")


def _decode_container(content: bytes) -> Sound:
    try:
        with _opened(content) as container:
            if not container.streams.audio:
                raise NotSound("there is no sound track")
            return _first_minute(container)
    except (av.FFmpegError, ValueError) as error:
        raise NotSound(f"it cannot be played ({type(error).__name__})") from None


def _first_minute(container: InputContainer) -> Sound:
    pieces: list[Samples] = []
    limit, count, is_broken = LONGEST_SECONDS * RATE, 0, False
    try:
        for piece in _pieces(container):
            pieces.append(piece)
            count += piece.size
            if count > limit:
                break
    except av.FFmpegError:
        is_broken = True  # the samples before the fault are kept
    decoded_seconds = count / RATE
    seconds = max(decoded_seconds, (container.duration or 0) / av.time_base)
    samples = np.concatenate(pieces)[:limit] if pieces else np.zeros(0, np.float32)
    return Sound(samples, seconds, is_cut=is_broken or seconds - decoded_seconds > _LOST_SECONDS)


def _pieces(container: InputContainer) -> Iterator[Samples]:
    resampler = AudioResampler(format="flt", layout="mono", rate=RATE)
    for frame in container.decode(audio=0):
        for resampled in resampler.resample(frame):
            yield resampled.to_ndarray()[0]
    for resampled in resampler.resample(None):
        yield resampled.to_ndarray()[0]


def _amr(content: bytes, start: int, sizes: Sequence[int]) -> Sound:
    """Decode AMR; the file has no duration, so its frames are counted."""
    ends = list(_amr_frames(content, start, sizes))
    first_minute = ends[: round(LONGEST_SECONDS / _AMR_FRAME_SECONDS)]
    if not first_minute:
        return Sound(np.zeros(0, np.float32), 0.0, is_cut=len(content) > start)
    sound = _decode_container(content[: first_minute[-1]])
    is_cut = len(ends) > len(first_minute) or ends[-1] < len(content)
    return Sound(sound.samples, len(ends) * _AMR_FRAME_SECONDS, is_cut)


def _amr_frames(content: bytes, start: int, sizes: Sequence[int]) -> Iterator[int]:
    """End position of each complete frame, up to the first invalid one."""
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
    """Decode SILK; pysilk decodes whole files, so it gets at most a minute."""
    start = content.index(_SILK[1]) + len(_SILK[1])
    ends = list(_silk_packets(content, start))
    first_minute = ends[: round(LONGEST_SECONDS / _SILK_PACKET_SECONDS)]
    end = ends[-1] if ends else start
    decoded, is_cut = io.BytesIO(), len(ends) > len(first_minute) or _is_truncated(content[end:])
    try:
        pysilk.decode(
            io.BytesIO(content[: first_minute[-1] if first_minute else start]), decoded, RATE
        )
    except pysilk.SilkError:
        is_cut = True
    samples = np.frombuffer(decoded.getvalue(), "<i2").astype(np.float32) / np.float32(32768)
    return Sound(samples, len(ends) * _SILK_PACKET_SECONDS, is_cut)


def _silk_packets(content: bytes, start: int) -> Iterator[int]:
    """End position of each complete packet: two bytes of length, then the data."""
    while start + 2 <= len(content):
        length = int.from_bytes(content[start : start + 2], "little")
        start += 2 + length
        if length == _SILK_LAST or start > len(content):
            return
        yield start


def _is_truncated(remainder: bytes) -> bool:
    """True if an incomplete packet follows the last complete one."""
    return bool(remainder) and remainder[:2] != _SILK_LAST.to_bytes(2, "little")
