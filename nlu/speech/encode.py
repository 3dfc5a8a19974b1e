"""Sound as a voice note."""

import io
from typing import TYPE_CHECKING

import av
import numpy as np

if TYPE_CHECKING:
    from nlu.speech.decode import Samples

_OPUS_RATE = 48_000
_BITS_A_SECOND = 24_000


def ogg(samples: "Samples", rate: int) -> bytes:
    """Ogg/Opus, mono."""
    written = io.BytesIO()
    with av.open(written, "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=_OPUS_RATE, layout="mono")
        stream.bit_rate = _BITS_A_SECOND
        resampler = av.AudioResampler(
            format=stream.format, layout="mono", rate=_OPUS_RATE, frame_size=stream.frame_size or 0
        )
        frame = av.AudioFrame.from_ndarray(_whole(samples), format="s16", layout="mono")
        frame.sample_rate = rate
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return written.getvalue()


def _whole(samples: "Samples") -> "np.ndarray[tuple[int, int], np.dtype[np.int16]]":
    return (np.clip(samples, -1, 1) * 32767).astype(np.int16)[None]
