"""A recogniser of speech: what each engine gives."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # the settings come from here: they wait for no library
    from nlu.speech.decode import Samples

UNKNOWN = 0.5  # the confidence of an engine that does not say how sure it is


@dataclass(frozen=True)
class Words:
    text: str  # as the engine writes it; empty when it hears nobody speak
    confidence: float  # 0-1


class Recogniser(Protocol):
    def hear(self, samples: "Samples") -> Words:
        """The words in at most a minute of sound at 16 kHz."""
        ...


class NoRecogniser(ValueError):
    """The engine that was asked for is not there. The words are for operators."""
