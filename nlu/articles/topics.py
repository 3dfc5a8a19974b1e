"""What a text is about: the things (身份证, 老年卡) and the sides of them (招聘) that it names.

Residents name a thing in many ways (老人卡, 敬老卡 and 老年证 are one), and a recogniser mishears
it; `data/topics.yml` lists the ways. The longest way of naming that fits counts: a 港澳通行证 is no
通行证. Pure, but for reading that file.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from nlu.folders import DATA
from nlu.language.pinyin import sounds

FILE = DATA / "topics.yml"
LONGEST_TEXT = 1500  # characters read
SHORTEST_BY_SOUND = 3  # characters of a word that a mishearing may stand for


@dataclass(frozen=True)
class Topics:
    """Names of things, each word with what it names; `by_sound` holds the longer words' sounds.
    `lengths` tells which lengths, longest first, a name can have that begins with a character."""

    by_word: Mapping[str, str]
    by_sound: Mapping[str, str]
    lengths: Mapping[str, Sequence[int]]

    def of(self, plain: str) -> list[str]:
        """What `plain` (normalised, lower case) names, in order, as often as it does."""
        text = plain[:LONGEST_TEXT]
        return list(self._names(text, sounds(text)))

    def _names(self, text: str, heard: str) -> Iterator[str]:
        start = 0
        while start < len(text):
            end, name = self._longest_at(text, heard, start)
            if name:
                yield name
            start = end

    def _longest_at(self, text: str, heard: str, start: int) -> tuple[int, str | None]:
        """The end of the longest name that begins at `start`; one character on when none does."""
        for length in self.lengths.get(heard[start], ()):
            end = start + length
            name = self.by_word.get(text[start:end]) or self.by_sound.get(heard[start:end])
            if name:
                return end, name
        return start + 1, None


def from_words(groups: Mapping[str, str]) -> Topics:
    """Each name with its words, with spaces between."""
    by_word = {word: name for name, words in groups.items() for word in str(words).split()}
    by_sound = {sounds(w): name for w, name in by_word.items() if len(w) >= SHORTEST_BY_SOUND}
    lengths: dict[str, set[int]] = {}
    for word in by_word:
        lengths.setdefault(sounds(word[0]), set()).add(len(word))
    longest_first = {first: sorted(found, reverse=True) for first, found in lengths.items()}
    return Topics(by_word, by_sound, longest_first)


@cache
def _file() -> Any:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


@cache
def objects() -> Topics:
    return from_words(_file()["objects"])


@cache
def aspects() -> Topics:
    return from_words(_file()["aspects"])
