"""Finds the words that an unmarked correction replaces: 养狗 for 养鸡, 楼上 for 楼下. Pure.

The wrong words begin or end like the right ones and differ from them in one word.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from nlu.city.loaded import duties
from nlu.language.words import common, tags

LONGEST_ALIKE = 8  # characters
_MOST_LENGTH_APART = 2
_MOST_TEXT = 400  # characters of a text that are read
_LEAST_SHARED = 0.25  # of the longer one, unless they share a whole word
_NO_NAMES = frozenset("rpcu")  # tags of pronouns, prepositions, conjunctions and particles
_LAST_OF_NAME = frozenset("店门站车灯费口楼机箱桶管杆牌盖墩板网阀")  # 单元|门 is one name


@dataclass(frozen=True)
class _Stretch:
    """Words of the text, and how many characters they share with what is right on each side."""

    words: str
    at_start: int
    at_end: int

    def rank(self, right: str) -> tuple[bool, float]:
        shared = (self.at_start + self.at_end) / max(len(self.words), len(right))
        return len(self.words) == len(right), shared


def words_like(text: str, right: str) -> str | None:
    """The words in `text` that differ from `right` in one word; None for none, or several."""
    if not 1 < len(right) <= LONGEST_ALIKE or right in text:
        return None
    stretches = list(_stretches(text[:_MOST_TEXT], right))
    best = max((stretch.rank(right) for stretch in stretches), default=None)
    words = {stretch.words for stretch in stretches if stretch.rank(right) == best}
    return words.pop() if len(words) == 1 else None


def with_same_noun(text: str, wrong: str, right: str) -> str:
    """`text` in which the noun that was corrected is corrected throughout: 养狗, 狗叫."""
    start, end = _shared(wrong, right)
    old, new = wrong[start : len(wrong) - end], right[start : len(right) - end]
    if not (start or end) or not new or not tags().get(old, "").startswith("n"):
        return text
    return "".join(new if word == old else word for word in _cut(text))


def _stretches(text: str, right: str) -> Iterator[_Stretch]:
    borders = _borders(text)
    for first, start in enumerate(borders):
        for end in borders[first + 1 :]:
            if end - start > len(right) + _MOST_LENGTH_APART:
                break
            if end - start >= max(len(right) - _MOST_LENGTH_APART, len(right) // 2 + 1):
                words = text[start:end]
                stretch = _Stretch(words, *_shared(words, right))
                if _differs_in_one_word(stretch, start, borders, right):
                    yield stretch


def _differs_in_one_word(stretch: _Stretch, start: int, borders: list[int], right: str) -> bool:
    differs_from = start + stretch.at_start
    differs_until = start + len(stretch.words) - stretch.at_end
    shared = stretch.at_start + stretch.at_end
    if differs_from >= differs_until or shared >= len(right) or not shared:
        return False
    if any(differs_from < border < differs_until for border in borders):
        return False
    if tags().get(stretch.words[stretch.at_start : differs_until - start], "")[:1] in _NO_NAMES:
        return False
    if right[-1] in _LAST_OF_NAME and stretch.words[-1] not in _LAST_OF_NAME:
        return False
    if not stretch.words.isalnum() or any(map(str.isdigit, stretch.words)):
        return False
    shares_word = differs_from in borders and differs_until in borders and shared > 1
    return shares_word or stretch.rank(right)[1] >= _LEAST_SHARED


def _shared(words: str, right: str) -> tuple[int, int]:
    """Characters that both share at the start and at the end."""
    start = _same_at_start(words, right)
    return start, _same_at_start(words[start:][::-1], right[start:][::-1])


def _same_at_start(first: str, second: str) -> int:
    pairs = zip(first, second, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(first), len(second)))


def _cut(text: str) -> list[str]:
    words: list[str] = []
    for word in common().cut(text, HMM=False):  # type: ignore[no-untyped-call]
        if words and duties().names(words[-1] + word):
            word = words.pop() + word  # 窨|井盖
        words.append(word)
    return words


def _borders(text: str) -> list[int]:
    """Positions where a word begins or ends; the last character of a name begins none."""
    borders, position = [0], 0
    for word in _cut(text):
        if word in _LAST_OF_NAME and len(borders) > 1:
            borders.pop()
        position += len(word)
        borders.append(position)
    return borders
