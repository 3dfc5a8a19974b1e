"""Words as sound: the Kokoro model, with a Chinese voice."""

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
_MODULES = ("onnxruntime", "misaki", "pypinyin", "cn2an")  # an optional extra
_STYLES = (510, 256)  # one for each length of a sentence, in sounds
_SPEED = 0.88  # for elders
_PAUSE = np.zeros(RATE // 4, np.float32)
_MOST_SECONDS = LONGEST_SECONDS - 1  # an encoder adds a little
# Sentence by sentence it takes half the memory, and the model takes no more than 510 sounds.
_SENTENCE = re.compile(r"[^。！？]+[。！？]?")
_CLAUSE = re.compile(r"[^，、；：]{1,60}[，、；：]?")


class NoVoice(ValueError):
    """What speaks is not there, or not whole. The words are for operators."""


def require(folder: Path) -> None:
    """Raises NoVoice, without reading a model."""
    for name in (MODEL, SOUNDS, VOICE):
        if not (folder / name).is_file():
            raise NoVoice(f"MINHU_SPEAK_MODEL_DIR: there is no {folder / name}; see `minhu voice`")
    for module in _MODULES:
        if not find_spec(module):
            raise NoVoice(f"MINHU_SPEAK_MODEL_DIR: {module} is not installed (the extra `speak`)")


def together(sentences: "Iterable[Samples]") -> "Samples":
    """Whole sentences from the first on, as many as one voice message may hold."""
    said, left = [np.zeros(0, np.float32)], _MOST_SECONDS * RATE
    for sentence in sentences:
        left -= sentence.size
        if left < 0:
            break
        said.append(sentence)
    return np.concatenate(said)


class Voice:
    def __init__(self, folder: Path) -> None:
        """Raises NoVoice."""
        require(folder)
        import jieba
        import onnxruntime
        from misaki.zh import ZHG2P

        jieba.setLogLevel("WARNING")  # misaki cuts words with it
        one_core = onnxruntime.SessionOptions()
        one_core.intra_op_num_threads = one_core.inter_op_num_threads = 1
        try:
            self._numbers = json.loads((folder / SOUNDS).read_text(encoding="utf-8"))["vocab"]
            self._styles = np.fromfile(folder / VOICE, "<f4").reshape(_STYLES)
            self._model = onnxruntime.InferenceSession(
                folder / MODEL, one_core, providers=["CPUExecutionProvider"]
            )
        except Exception as problem:  # onnxruntime has its own for each kind of broken file
            raise NoVoice(f"{folder} cannot be read: {type(problem).__name__}") from None
        self._sounds_of = ZHG2P()

    def say(self, words: str) -> "Samples":
        """`words` as nlu.speech.aloud writes them, at RATE."""
        return together(self._sentence(sentence) for sentence in _SENTENCE.findall(words))

    def _sentence(self, words: str) -> "Samples":
        spoken = [piece for one in self._tokens(words) for piece in (self._spoken(one), _PAUSE)]
        return np.concatenate(spoken)

    def _tokens(self, sentence: str) -> Iterator[list[int]]:
        """The sounds of a sentence, in clauses when they are too many for the model."""
        numbers = self._numbers_of(sentence)
        if len(numbers) < len(self._styles):
            yield numbers
        else:
            yield from map(self._numbers_of, _CLAUSE.findall(sentence))

    def _numbers_of(self, words: str) -> list[int]:
        sounds, _ = self._sounds_of(words)
        return [self._numbers[sound] for sound in sounds if sound in self._numbers]

    def _spoken(self, tokens: list[int]) -> "Samples":
        given = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": self._styles[len(tokens)][None],
            "speed": np.array([_SPEED], np.float32),
        }
        (sound,) = self._model.run(None, given)
        return np.asarray(sound, np.float32).ravel()
