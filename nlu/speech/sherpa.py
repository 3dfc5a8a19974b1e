"""sherpa-onnx with an operator's SenseVoice or Paraformer model."""

import math
from pathlib import Path

import sherpa_onnx

from nlu.speech.decode import RATE, Samples
from nlu.speech.recogniser import UNKNOWN, NoRecogniser, Words

_THREADS = 1  # the other cores are for those who type
_SENSE_VOICE = "<|zh|>"  # a token that Paraformer does not have
_SPEECH = ("", "<|Speech|>")  # SenseVoice tells music, applause, coughs apart


class Sherpa:
    """A recognise.Recogniser."""

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

    def hear(self, samples: Samples) -> Words:
        stream = self._engine.create_stream()
        stream.accept_waveform(RATE, samples)
        self._engine.decode_stream(stream)
        result = stream.result
        if result.event not in _SPEECH:
            return Words("", 1.0)
        return Words(result.text, _confidence(result.ys_log_probs))


def _model_in(folder: Path) -> Path:
    """The quantised one where there are two."""
    found = sorted(folder.glob("*.onnx"), key=lambda path: ("int8" not in path.name, path.name))
    if not found or not (folder / "tokens.txt").exists():
        raise NoRecogniser(f"{folder} has no .onnx model with its tokens.txt")
    return found[0]


def _confidence(log_probs: list[float]) -> float:
    """Of the tokens, in the middle; some models give none."""
    return math.exp(sum(log_probs) / len(log_probs)) if log_probs else UNKNOWN
