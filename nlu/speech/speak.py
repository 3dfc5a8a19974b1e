"""Speech synthesis: the Kokoro model with a Chinese voice."""

import json
import re
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nlu.speech.limits import LONGEST_SECONDS

if TYPE_CHECKING:
    from nlu.speech.decode import Samples

RATE = 24_000
MODEL, SOUNDS, VOICE = "model.onnx", "vocab.json", "voice.bin"
_MODULES = ("onnxruntime", "misaki", "pypinyin", "cn2an")  # the optional extra `speak`
_STYLES = (510, 256)  # a style vector for each number of phonemes
_SPEED = 0.88  # relative; slower for elders
_PAUSE = np.zeros(RATE // 4, np.float32)
_MOST_SECONDS = LONGEST_SECONDS - 1  # the encoder adds a fraction of a second
# Synthesis by sentence halves the memory; the model accepts at most 510 phonemes.
_SENTENCE = re.compile(r"[^。！？]+[。！？]?")
_CLAUSE = re.compile(r"[^，、；：]{1,60}[，、；：]?")


class NoVoice(ValueError):
    """The voice is missing or incomplete; the message is for operators."""


def require(folder: Path) -> None:
    """Check that the voice and its libraries are present; loads no model. Raises NoVoice."""
    for name in (MODEL, SOUNDS, VOICE):
        if not (folder / name).is_file():
            raise NoVoice(f"MINHU_SPEAK_MODEL_DIR: there is no {folder / name}; see `minhu voice`")
    for module in _MODULES:
        if not find_spec(module):
            raise NoVoice(f"MINHU_SPEAK_MODEL_DIR: {module} is not installed (the extra `speak`)")


def join_sentences(sentences: "Iterable[Samples]") -> "Samples":
    """Join whole sentences, as many as one voice message may hold."""
    parts, samples_left = [np.zeros(0, np.float32)], _MOST_SECONDS * RATE
    for sentence in sentences:
        samples_left -= sentence.size
        if samples_left < 0:
            break
        parts.append(sentence)
    return np.concatenate(parts)


class Voice:
    """A loaded voice; uses one core."""

    def __init__(self, folder: Path) -> None:
        """Load the model in `folder`. Raises NoVoice."""
        require(folder)
        import jieba
        import onnxruntime
        from misaki.zh import ZHG2P

        jieba.setLogLevel("WARNING")  # used by misaki
        one_core = onnxruntime.SessionOptions()
        one_core.intra_op_num_threads = one_core.inter_op_num_threads = 1
        try:
            self._numbers = json.loads((folder / SOUNDS).read_text(encoding="utf-8"))["vocab"]
            self._styles = np.fromfile(folder / VOICE, "<f4").reshape(_STYLES)
            self._model = onnxruntime.InferenceSession(
                folder / MODEL, one_core, providers=["CPUExecutionProvider"]
            )
        except Exception as problem:  # onnxruntime raises many types for broken files
            raise NoVoice(f"{folder} cannot be read: {type(problem).__name__}") from None
        self._sounds_of = ZHG2P()

    def say(self, words: str) -> "Samples":
        """Samples at RATE for a text from `nlu.speech.aloud`."""
        return join_sentences(self._sentence(sentence) for sentence in _SENTENCE.findall(words))

    def _sentence(self, words: str) -> "Samples":
        parts = [
            piece for tokens in self._tokens(words) for piece in (self._synthesise(tokens), _PAUSE)
        ]
        return np.concatenate(parts)

    def _tokens(self, sentence: str) -> Iterator[list[int]]:
        """Phoneme numbers of a sentence, by clause when they are too many for the model."""
        numbers = self._numbers_of(sentence)
        if len(numbers) < len(self._styles):
            yield numbers
        else:
            yield from map(self._numbers_of, _CLAUSE.findall(sentence))

    def _numbers_of(self, words: str) -> list[int]:
        sounds, _ = self._sounds_of(words)
        return [self._numbers[sound] for sound in sounds if sound in self._numbers]

    def _synthesise(self, tokens: list[int]) -> "Samples":
        inputs = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": self._styles[len(tokens)][None],
            "speed": np.array([_SPEED], np.float32),
        }
        (sound,) = self._model.run(None, inputs)
        return np.asarray(sound, np.float32).ravel()
