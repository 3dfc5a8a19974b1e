"""Word segmentation: jieba with a reduced dictionary.

jieba's full dictionary takes 76 MB of memory in each process, most of it for words with fewer than
five occurrences in its corpus. Two processes of Minhu load the dictionary; without the rare words
it takes a third of the memory.
"""

from collections.abc import Iterable
from functools import cache
from sys import intern

import jieba

Cutter = jieba.Tokenizer

LEAST_OCCURRENCES = 20  # in jieba's corpus; rarer words are left out
NAME_WEIGHT = 100  # occurrences credited to an added name, so that it beats the path over its parts


def cutter(names: Iterable[str] = ()) -> jieba.Tokenizer:
    """Tokenizer over the reduced dictionary; `names` are added as single words."""
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = {}, 0
    with tokenizer.get_dict_file() as lines:
        for line in lines:
            word, weight, _ = line.decode().split(" ")
            if int(weight) >= LEAST_OCCURRENCES:
                _add(tokenizer, word, int(weight))
    for name in names:
        _add(tokenizer, name, NAME_WEIGHT)
    tokenizer.initialized = True
    return tokenizer


@cache
def tags() -> dict[str, str]:
    """Part-of-speech tag of each word of the reduced dictionary, in jieba's notation.

    Examples: n noun, ns place name, v verb, f direction (上, 里), s location (门口).
    """
    with common().get_dict_file() as lines:
        rows = (line.decode().split(" ") for line in lines)
        return {
            word: intern(tag.strip())
            for word, weight, tag in rows
            if int(weight) >= LEAST_OCCURRENCES
        }


def _add(tokenizer: jieba.Tokenizer, word: str, weight: int) -> None:
    """Add the word and all its prefixes: jieba stops at a prefix that has no entry."""
    tokenizer.total += weight
    for end in range(1, len(word)):
        tokenizer.FREQ.setdefault(word[:end], 0)
    tokenizer.FREQ[word] = max(weight, tokenizer.FREQ.get(word, 0))


@cache
def common() -> jieba.Tokenizer:
    """Tokenizer without added names, one per process."""
    return cutter()


def cut(text: str) -> list[str]:
    """The words of a text, without added names."""
    return list(common().cut(text, HMM=False))
