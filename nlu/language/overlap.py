"""Similarity of two short texts by shared character bigrams. Pure.

Residents who describe one incident share words, not sentences. Bigrams need no dictionary, so they
also match names that no dictionary has.
"""

import re

_SEPARATORS = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9]+")
LONGEST = 1500  # characters compared
FEWEST_PAIRS = 2  # a single shared pair is chance


def pairs(plain: str) -> frozenset[str]:
    """Character bigrams of a normalised text, case folded; none crosses a space or a mark."""
    runs = _SEPARATORS.split(plain[:LONGEST].lower())
    return frozenset(run[i : i + 2] for run in runs for i in range(len(run) - 1))


def overlap(first: frozenset[str], second: frozenset[str]) -> float:
    """Overlap coefficient of two bigram sets, from 0 to 1: |A ∩ B| / min(|A|, |B|).

    0 when the smaller set has fewer than `FEWEST_PAIRS` pairs.
    """
    smaller = min(len(first), len(second))
    return len(first & second) / smaller if smaller >= FEWEST_PAIRS else 0.0
