"""A text as counted terms, the way every model of ours reads it.

Four ways of looking at the same words, because each survives what breaks another: words (a
synonym is one), the first words (people begin with what it is about), runs of characters (a word
that the dictionary lacks) and runs of syllables (a word that a speech recogniser misheard).
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable

from nlu.language.pinyin import sounds
from nlu.language.text import normalise, without_stumbling

LONGEST = 1500  # characters read; what comes later changes no judgement
FIRST_WORDS = 10

Cut = Callable[[str], Iterable[str]]
Terms = tuple[Counter[str], ...]  # one counter a way of looking

_RUNS = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9]+")


def terms_of(text: str, cut: Cut) -> Terms:
    """Words, first words, runs of one to three characters, runs of two and three syllables."""
    plain = without_stumbling(normalise(text)[:LONGEST]).lower()
    words = [word for word in cut(plain) if not _RUNS.fullmatch(word)]
    pieces = [piece for piece in _RUNS.split(plain) if piece]
    return (
        Counter(words),
        Counter(words[:FIRST_WORDS]),
        Counter(_runs(pieces, 1, 3)),
        Counter(_runs([sounds(piece) for piece in pieces], 2, 3)),
    )


def _runs(pieces: Iterable[str], shortest: int, longest: int) -> list[str]:
    runs: list[str] = []
    for piece in pieces:
        marked = f"^{piece}$"  # where a clause begins and ends says much in a short message
        for length in range(shortest, longest + 1):
            runs += [marked[i : i + length] for i in range(len(marked) - length + 1)]
    return runs


def lead(start: int, length: float, weight: float) -> float:
    """What a word counts for by where it stands: `1 + weight` at first, in the end 1."""
    return 1 + weight * math.exp(-start / length)
