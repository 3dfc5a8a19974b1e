"""Bag-of-terms features of a text, shared by all linear models and by the article search.

There are four groups of terms: words, the first words (residents name the matter first), character
n-grams (for words that the dictionary lacks) and syllable n-grams (for words that a speech
recogniser misheard).
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable

from nlu.language.pinyin import sounds
from nlu.language.text import normalise, remove_disfluencies

LONGEST = 1500  # characters read; later ones do not change a prediction
FIRST_WORDS = 10

Cut = Callable[[str], Iterable[str]]
Terms = tuple[Counter[str], ...]  # one counter for each feature group

_SEPARATORS = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9]+")


def terms_of(text: str, cut: Cut) -> Terms:
    """Counted terms of a raw text, one counter for each feature group.

    The groups are words, first words, character 1- to 3-grams and syllable 2- to 3-grams. `cut`
    segments the normalised text into words.
    """
    plain = remove_disfluencies(normalise(text)[:LONGEST]).lower()
    words = [word for word in cut(plain) if not _SEPARATORS.fullmatch(word)]
    pieces = [piece for piece in _SEPARATORS.split(plain) if piece]
    return (
        Counter(words),
        Counter(words[:FIRST_WORDS]),
        Counter(_ngrams(pieces, 1, 3)),
        Counter(_ngrams([sounds(piece) for piece in pieces], 2, 3)),
    )


def _ngrams(pieces: Iterable[str], shortest: int, longest: int) -> list[str]:
    ngrams: list[str] = []
    for piece in pieces:
        bounded = f"^{piece}$"  # the ends of a clause are features of their own
        for length in range(shortest, longest + 1):
            ngrams += [bounded[i : i + length] for i in range(len(bounded) - length + 1)]
    return ngrams


def position_weight(start: int, length: float, weight: float) -> float:
    """Position weight of a word: 1 + weight · e^(-start / length).

    It falls from `1 + weight` at the start of the text to 1; `start` and `length` in characters.
    """
    return 1 + weight * math.exp(-start / length)
