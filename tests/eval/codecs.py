"""Our recordings as channels bring them: through WeChat's and Telegram's codecs, and in noise."""

import io
from dataclasses import dataclass

import av
import numpy as np

from nlu.speech.decode import RATE, Samples, decode

NOISE_DECIBELS = 15  # the voice above the noise
_SEED = 12345


@dataclass(frozen=True)
class Codec:
    container: str
    codec: str
    rate: int
    bits_a_second: int


OPUS = Codec("ogg", "libopus", 16_000, 16_000)
AMR = Codec("amr", "libopencore_amrnb", 8_000, 12_200)
PLAIN = Codec("wav", "pcm_s16le", RATE, 0)


def through(content: bytes, codec: Codec) -> bytes:
    """A recording, encoded anew by a codec."""
    return _encoded(decode(content).samples, codec)


def in_noise(content: bytes) -> bytes:
    """A recording with noise of a street: random, weaker the higher its frequency."""
    samples = decode(content).samples
    noise = np.cumsum(np.random.default_rng(_SEED).standard_normal(len(samples)))
    noise -= np.convolve(noise, np.full(200, 1 / 200), mode="same")
    wanted = np.std(samples) / 10 ** (NOISE_DECIBELS / 20)
    return _encoded((samples + noise * wanted / np.std(noise)).astype(np.float32), PLAIN)


def _encoded(samples: Samples, codec: Codec) -> bytes:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=codec.container) as container:
        stream = container.add_stream(codec.codec, rate=codec.rate, layout="mono")
        assert isinstance(stream, av.AudioStream)
        if codec.bits_a_second:
            stream.bit_rate = codec.bits_a_second
        frame = av.AudioFrame.from_ndarray(
            (np.clip(samples, -1, 1) * 32767).astype(np.int16)[None], format="s16", layout="mono"
        )
        frame.sample_rate = RATE
        resampler = av.AudioResampler(
            format=stream.format, layout="mono", rate=codec.rate, frame_size=stream.frame_size or 0
        )
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return buffer.getvalue()
