"""Cutting Chinese into words: jieba with a slim dictionary, so that two processes can hold one.

jieba's own dictionary takes 76 MB of memory in each process, most of it for words that were seen
fewer than five times in its corpus; without those it takes a third.
"""

from collections.abc import Iterable
from functools import cache
from sys import intern

import jieba

Cutter = jieba.Tokenizer

RAREST = 20  # occurrences in jieba's corpus
NAME_WEIGHT = 100  # occurrences that a name of ours counts for: more than its parts by chance


def cutter(names: Iterable[str] = ()) -> jieba.Tokenizer:
    """A tokenizer that also keeps `names` whole."""
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = {}, 0
    with tokenizer.get_dict_file() as lines:
        for line in lines:
            word, weight, _ = line.decode().split(" ")
            if int(weight) >= RAREST:
                _add(tokenizer, word, int(weight))
    for name in names:
        _add(tokenizer, name, NAME_WEIGHT)
    tokenizer.initialized = True
    return tokenizer


@cache
def tags() -> dict[str, str]:
    """The part of speech of each common word, in jieba's letters: n, ns, v, f (上 里), s (门口)."""
    with common().get_dict_file() as lines:
        rows = (line.decode().split(" ") for line in lines)
        return {word: intern(tag.strip()) for word, weight, tag in rows if int(weight) >= RAREST}


def _add(tokenizer: jieba.Tokenizer, word: str, weight: int) -> None:
    """The word and its beginnings, which is how jieba knows to go on reading."""
    tokenizer.total += weight
    for end in range(1, len(word)):
        tokenizer.FREQ.setdefault(word[:end], 0)
    tokenizer.FREQ[word] = max(weight, tokenizer.FREQ.get(word, 0))


@cache
def common() -> jieba.Tokenizer:
    """The tokenizer without names, made once in a process."""
    return cutter()
