"""Recogniser: sherpa-onnx with an operator's SenseVoice or Paraformer model."""

import math
from pathlib import Path

import sherpa_onnx

from nlu.speech.decode import RATE, Samples
from nlu.speech.recogniser import UNKNOWN, NoRecogniser, Words

_THREADS = 1  # leaves the other cores to the web and bot processes
_SENSE_VOICE = "<|zh|>"  # token of SenseVoice that Paraformer lacks
_SPEECH = ("", "<|Speech|>")  # SenseVoice has further events for music, applause and coughs


class Sherpa:
    """Implementation of `nlu.speech.recogniser.Recogniser`."""

    def __init__(self, folder: Path) -> None:
        model, tokens = _model_in(folder), folder / "tokens.txt"
        if _SENSE_VOICE in tokens.read_text(encoding="utf-8"):
            self._engine = sherpa_onnx.OfflineRecognizer.from_sense_voice(
                str(model), str(tokens), num_threads=_THREADS, language="zh", use_itn=True
            )
        else:
            self._engine = sherpa_onnx.OfflineRecognizer.from_paraformer(
                str(model), str(tokens), num_threads=_THREADS
            )

    def recognise(self, samples: Samples) -> Words:
        """See `Recogniser.recognise`."""
        stream = self._engine.create_stream()
        stream.accept_waveform(RATE, samples)
        self._engine.decode_stream(stream)
        result = stream.result
        if result.event not in _SPEECH:
            return Words("", 1.0)
        return Words(result.text, _confidence(result.ys_log_probs))


def _model_in(folder: Path) -> Path:
    """The model file in the folder, the quantised one of two. Raises NoRecogniser."""
    models = sorted(folder.glob("*.onnx"), key=lambda path: ("int8" not in path.name, path.name))
    if not models or not (folder / "tokens.txt").exists():
        raise NoRecogniser(f"{folder} has no .onnx model with its tokens.txt")
    return models[0]


def _confidence(log_probs: list[float]) -> float:
    """Geometric mean of the token probabilities; UNKNOWN when the model gives none."""
    return math.exp(sum(log_probs) / len(log_probs)) if log_probs else UNKNOWN
