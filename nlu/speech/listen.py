"""Speech recognition of a recording: decode, silence gate, recognise, clean up."""

from dataclasses import dataclass

import numpy as np

from nlu.speech.decode import RATE, Samples, decode
from nlu.speech.recogniser import Recogniser
from nlu.speech.tidy import is_made_up, tidy

_QUIETEST = 0.003  # root mean square of the loudest tenth of a second; below it there is no speech
_TENTH = RATE // 10


@dataclass(frozen=True)
class Recognition:
    """Recognised text of a recording; `text` is empty without speech."""

    text: str
    confidence: float  # from 0 to 1
    seconds: float  # of the whole recording
    is_cut: bool  # only the beginning was recognised


def listen(content: bytes, recogniser: Recogniser) -> Recognition:
    """Recognise a recording given as file content. Raises SoundError when it cannot be decoded."""
    sound = decode(content)
    text, confidence = "", 1.0
    if not is_silent(sound.samples):
        words = recogniser.recognise(sound.samples)
        text, confidence = tidy(words.text), words.confidence
        if is_made_up(text):
            text = ""
    return Recognition(text, round(confidence, 3), round(sound.seconds, 2), sound.is_cut)


def is_silent(samples: Samples) -> bool:
    """True if the samples (at RATE) have no tenth of a second loud enough for speech."""
    tenths = samples[: len(samples) // _TENTH * _TENTH].reshape(-1, _TENTH)
    return not tenths.size or float(np.sqrt((tenths**2).mean(axis=1)).max()) < _QUIETEST
