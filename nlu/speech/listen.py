"""From a recording to what was said in it: decode, gate, recognise, tidy."""

from dataclasses import dataclass

import numpy as np

from nlu.speech.decode import RATE, Samples, decode
from nlu.speech.recogniser import Recogniser
from nlu.speech.tidy import is_made_up, tidy

_QUIETEST = 0.003  # root mean square of the loudest tenth of a second in which a word may be
_TENTH = RATE // 10


@dataclass(frozen=True)
class Heard:
    """`text` is empty when nobody spoke."""

    text: str
    confidence: float  # 0-1
    seconds: float  # of the whole recording
    is_cut: bool  # only its beginning was heard


def listen(content: bytes, recogniser: Recogniser) -> Heard:
    """Raises SoundError for what cannot be played."""
    sound = decode(content)
    text, confidence = "", 1.0
    if not is_silent(sound.samples):
        words = recogniser.hear(sound.samples)
        text, confidence = tidy(words.text), words.confidence
        if is_made_up(text):
            text = ""
    return Heard(text, round(confidence, 3), round(sound.seconds, 2), sound.is_cut)


def is_silent(samples: Samples) -> bool:
    whole = samples[: len(samples) // _TENTH * _TENTH].reshape(-1, _TENTH)
    return not whole.size or float(np.sqrt((whole**2).mean(axis=1)).max()) < _QUIETEST
