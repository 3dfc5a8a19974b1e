"""Recordings as phones and channels make them, of sounds that are made up here."""

import io
from collections.abc import Callable

import av
import numpy as np
import numpy.typing as npt
import pysilk

Sound = npt.NDArray[np.float32]
RATE = 16_000


def silence(seconds: float) -> Sound:
    return np.zeros(int(RATE * seconds), np.float32)


def tone(seconds: float, hertz: float = 440.0) -> Sound:
    at = np.arange(int(RATE * seconds)) / RATE
    return (np.sin(2 * np.pi * hertz * at) * 0.3).astype(np.float32)


def noise(seconds: float) -> Sound:
    return (np.random.default_rng(1).standard_normal(int(RATE * seconds)) * 0.1).astype(np.float32)


def music(seconds: float) -> Sound:
    """Plucked notes of a scale, one after another."""
    notes, each = (262, 294, 330, 349, 392, 440, 494, 523), 0.35
    note_numbers = np.random.default_rng(2).integers(len(notes), size=int(seconds / each) + 1)
    at = np.arange(int(RATE * each)) / RATE
    played = [
        sum(np.sin(2 * np.pi * notes[note] * k * at) / k for k in (1, 2, 3)) * np.exp(-4 * at)
        for note in note_numbers
    ]
    whole = np.concatenate(played)[: int(RATE * seconds)]
    return (whole / np.abs(whole).max() * 0.5).astype(np.float32)


def recorded(sound: Sound, kind: str, codec: str, rate: int) -> bytes:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=kind) as container:
        stream = container.add_stream(codec, rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(_as_integers(sound)[None], format="s16", layout="mono")
        frame.sample_rate = RATE
        resampler = av.AudioResampler(
            format=stream.format, layout="mono", rate=rate, frame_size=stream.frame_size or 0
        )
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return buffer.getvalue()


def _as_integers(sound: Sound) -> npt.NDArray[np.int16]:
    return (sound * 32767).astype("<i2")


def ogg(sound: Sound) -> bytes:
    return recorded(sound, "ogg", "libopus", 48_000)


def amr(sound: Sound) -> bytes:
    return recorded(sound, "amr", "libopencore_amrnb", 8000)


def mp3(sound: Sound) -> bytes:
    return recorded(sound, "mp3", "libmp3lame", 24_000)


def m4a(sound: Sound) -> bytes:
    return recorded(sound, "ipod", "aac", 44_100)


def wav(sound: Sound) -> bytes:
    return recorded(sound, "wav", "pcm_s16le", 16_000)


def webm(sound: Sound) -> bytes:
    """As Chromium's MediaRecorder makes it."""
    return recorded(sound, "webm", "libopus", 48_000)


def silk(sound: Sound) -> bytes:
    """As WeChat keeps it, with a byte before the mark."""
    buffer = io.BytesIO()
    pysilk.encode(io.BytesIO(_as_integers(sound).tobytes()), buffer, RATE, 24_000)
    return buffer.getvalue()


def video_note(sound: Sound) -> bytes:
    """A round video of Telegram's: grey pictures, and somebody who speaks."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        pictures = container.add_stream("mpeg4", rate=10)
        pictures.width = pictures.height = 64
        pictures.pix_fmt = "yuv420p"
        voice = container.add_stream("aac", rate=RATE, layout="mono")
        grey = np.full((64, 64, 3), 128, np.uint8)
        for _ in range(int(len(sound) / RATE * 10)):
            container.mux(pictures.encode(av.VideoFrame.from_ndarray(grey, format="rgb24")))
        container.mux(pictures.encode(None))
        frame = av.AudioFrame.from_ndarray(sound[None], format="fltp", layout="mono")
        frame.sample_rate = RATE
        resampler = av.AudioResampler("fltp", "mono", RATE, frame_size=voice.frame_size)
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(voice.encode(piece))
        container.mux(voice.encode(None))
    return buffer.getvalue()


FORMATS: dict[str, Callable[[Sound], bytes]] = {
    "ogg": ogg, "amr": amr, "mp3": mp3, "m4a": m4a, "wav": wav, "webm": webm, "silk": silk,
    "video note": video_note,
}  # fmt: skip
