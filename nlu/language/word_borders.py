"""Word borders of a text: a keyword match across two words is rejected."""

from collections.abc import Iterable


class Borders:
    """Word borders of a text, from its words in order (together they are the whole text)."""

    LONG = 4  # characters; so long a match across a border is no coincidence

    def __init__(self, words: Iterable[str]) -> None:
        self._inside: list[tuple[int, int]] = []  # for each character, its word's start and end
        at = 0
        for word in words:
            self._inside += [(at, at + len(word))] * len(word)
            at += len(word)

    def allow(self, start: int, end: int) -> bool:
        """True if a match at [start, end) is a word or a sequence of whole words.

        False for 用地 in 用|地沟油, which cuts 地沟油. Matches of `LONG` characters always pass.
        """
        if end - start >= self.LONG or end > len(self._inside):
            return True
        first, last = self._inside[start], self._inside[end - 1]
        return first == last or (first[0] == start and last[1] == end)
