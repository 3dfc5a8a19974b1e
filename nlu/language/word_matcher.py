"""Search for many words in a text in one pass (Aho-Corasick automaton)."""

from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

import ahocorasick  # type: ignore[import-untyped,import-not-found,unused-ignore]

Value = TypeVar("Value")


class WordMatcher(Generic[Value]):
    """Words, each with a value that its occurrences carry."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._words = ahocorasick.Automaton()
        for word, value in values.items():
            self._words.add_word(word, (len(word), value))
        self._words.make_automaton()

    def __contains__(self, word: str) -> bool:
        return word in self._words

    def matches(self, text: str) -> Iterator[tuple[int, int, Value]]:
        """Start, end and value of every occurrence, also overlapping ones, by their ends."""
        if len(self._words):
            for last, (length, value) in self._words.iter(text):
                yield last + 1 - length, last + 1, value
