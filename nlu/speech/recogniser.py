"""Interface of a speech recogniser."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # importing numpy would slow down the import of the settings
    from nlu.speech.decode import Samples

UNKNOWN = 0.5  # confidence where an engine gives none


@dataclass(frozen=True)
class Words:
    """Output of an engine."""

    text: str  # unprocessed; empty without speech
    confidence: float  # from 0 to 1


class Recogniser(Protocol):
    """A speech recognition engine with a loaded model."""

    def recognise(self, samples: "Samples") -> Words:
        """Recognise at most a minute of samples at 16 kHz."""
        ...


class NoRecogniser(ValueError):
    """The chosen engine or its model is missing; the message is for operators."""
