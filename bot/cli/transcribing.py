"""`minhu transcribe`: transcripts of recordings, by the recogniser of the settings."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from backend.settings import Settings
from nlu.speech.decode import SoundError
from nlu.speech.listen import listen
from nlu.speech.recognise import recogniser
from nlu.speech.recogniser import NoRecogniser

SWITCHED_OFF = "no recogniser: install requirements/speech.txt, or set MINHU_SPEECH_MODEL_DIR"


def transcribe(settings: Settings, paths: Sequence[Path]) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Each path with its transcript, or with a `problem`. Raises NoRecogniser."""
    engine = recogniser(settings.speech)
    if engine is None:
        raise NoRecogniser(SWITCHED_OFF)
    for path in paths:
        try:
            transcript = listen(path.read_bytes(), engine)
        except (SoundError, OSError) as error:
            yield path, {"problem": getattr(error, "strerror", None) or str(error)}
        else:
            yield (
                path,
                {
                    "text": transcript.text,
                    "confidence": transcript.confidence,
                    "seconds": transcript.seconds,
                },
            )
