"""Encoding of samples as a voice note, in the format of a channel."""

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import av
import numpy as np

if TYPE_CHECKING:
    from nlu.speech.decode import Samples


@dataclass(frozen=True)
class _Format:
    container: str
    codec: str
    rate: int
    bits_a_second: int


OGG, MP3 = "ogg", "mp3"
_FORMATS = {
    OGG: _Format("ogg", "libopus", 48_000, 24_000),  # Telegram's voice notes
    MP3: _Format("mp3", "libmp3lame", 24_000, 32_000),  # WeChat's
}


def encode_audio(samples: "Samples", rate: int, form: str) -> bytes:
    """Encode mono samples (-1 to 1, `rate` per second) as OGG or MP3."""
    target, buffer = _FORMATS[form], io.BytesIO()
    with av.open(buffer, "w", format=target.container) as container:
        stream = container.add_stream(target.codec, rate=target.rate, layout="mono")
        assert isinstance(stream, av.AudioStream)
        stream.bit_rate = target.bits_a_second
        resampler = av.AudioResampler(
            format=stream.format, layout="mono", rate=target.rate, frame_size=stream.frame_size or 0
        )
        frame = av.AudioFrame.from_ndarray(_as_int16(samples), format="s16", layout="mono")
        frame.sample_rate = rate
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return buffer.getvalue()


def _as_int16(samples: "Samples") -> "np.ndarray[tuple[int, int], np.dtype[np.int16]]":
    return (np.clip(samples, -1, 1) * 32767).astype(np.int16)[None]
