"""Where the words of a text begin and end, so that no keyword is read across two of them."""

from collections.abc import Iterable


class Borders:
    """Where the words of a text begin and end; a short word may not lie across a border."""

    LONG = 4  # characters from which a word is no chance meeting of two others

    def __init__(self, words: Iterable[str]) -> None:
        self._inside: list[tuple[int, int]] = []  # for each character, its word's start and end
        at = 0
        for word in words:
            self._inside += [(at, at + len(word))] * len(word)
            at += len(word)

    def allow(self, start: int, end: int) -> bool:
        """False for 用地 in 用|地沟油: it ends within a word that begins within it."""
        if end - start >= self.LONG or end > len(self._inside):
            return True
        first, last = self._inside[start], self._inside[end - 1]
        return first == last or (first[0] == start and last[1] == end)
