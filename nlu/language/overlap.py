"""How far two short texts are written with the same characters. Pure.

Pairs of neighbouring characters, because residents share words and not sentences, and a dictionary
would have to know the words first.
"""

import re

_RUNS = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9]+")
LONGEST = 1500  # characters compared
FEWEST = 2  # pairs; a single one is shared by chance


def pairs(plain: str) -> frozenset[str]:
    """Of a text that is normalised already."""
    runs = _RUNS.split(plain[:LONGEST].lower())
    return frozenset(run[i : i + 2] for run in runs for i in range(len(run) - 1))


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of the shorter one's pairs that the longer one has too, from 0 to 1."""
    fewer = min(len(one), len(other))
    return len(one & other) / fewer if fewer >= FEWEST else 0.0
