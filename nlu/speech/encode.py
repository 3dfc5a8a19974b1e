"""Sound as a voice note, in the form that a channel takes."""

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import av
import numpy as np

if TYPE_CHECKING:
    from nlu.speech.decode import Samples


@dataclass(frozen=True)
class _Form:
    container: str
    codec: str
    rate: int
    bits_a_second: int


OGG, MP3 = "ogg", "mp3"
_FORMS = {
    OGG: _Form("ogg", "libopus", 48_000, 24_000),  # Telegram's voice notes
    MP3: _Form("mp3", "libmp3lame", 24_000, 32_000),  # WeChat's
}


def encoded(samples: "Samples", rate: int, form: str) -> bytes:
    """`samples` at `rate`, mono."""
    wanted, written = _FORMS[form], io.BytesIO()
    with av.open(written, "w", format=wanted.container) as container:
        stream = container.add_stream(wanted.codec, rate=wanted.rate, layout="mono")
        assert isinstance(stream, av.AudioStream)
        stream.bit_rate = wanted.bits_a_second
        resampler = av.AudioResampler(
            format=stream.format, layout="mono", rate=wanted.rate, frame_size=stream.frame_size or 0
        )
        frame = av.AudioFrame.from_ndarray(_whole(samples), format="s16", layout="mono")
        frame.sample_rate = rate
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return written.getvalue()


def _whole(samples: "Samples") -> "np.ndarray[tuple[int, int], np.dtype[np.int16]]":
    return (np.clip(samples, -1, 1) * 32767).astype(np.int16)[None]
