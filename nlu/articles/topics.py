"""Objects (身份证) and aspects (招聘) that a text names, by the synonyms of `data/topics.yml`.

An object has several synonyms (老人卡, 敬老卡 and 老年证 are one). Longer ones are also matched by
sound, for misheard words. Of overlapping matches the longest counts: a 港澳通行证 is no 通行证.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from nlu.folders import DATA, parse_yaml
from nlu.language.pinyin import sounds

FILE = DATA / "topics.yml"
LONGEST_TEXT = 1500  # characters read
SHORTEST_BY_SOUND = 3  # characters; shorter words are matched by spelling only


@dataclass(frozen=True)
class Topics:
    """Synonyms with the names that they stand for.

    `by_sound` has the longer synonyms by their sounds. `lengths` has, for the sound of a first
    character, the lengths of the synonyms that begin with it, longest first.
    """

    by_word: Mapping[str, str]
    by_sound: Mapping[str, str]
    lengths: Mapping[str, Sequence[int]]

    def of(self, plain: str) -> list[str]:
        """Names in a normalised, lower-case text, in order, with repetitions."""
        text = plain[:LONGEST_TEXT]
        return list(self._names(text, sounds(text)))

    def _names(self, text: str, text_sounds: str) -> Iterator[str]:
        end = 0
        for start, sound in enumerate(text_sounds):
            if start >= end and sound in self.lengths:
                end, name = self._longest_at(text, text_sounds, start)
                if name:
                    yield name

    def _longest_at(self, text: str, text_sounds: str, start: int) -> tuple[int, str | None]:
        """End and name of the longest synonym at `start`; `start` and None without one."""
        for length in self.lengths[text_sounds[start]]:
            end = start + length
            name = self.by_word.get(text[start:end]) or self.by_sound.get(text_sounds[start:end])
            if name:
                return end, name
        return start, None


def from_words(groups: Mapping[str, str]) -> Topics:
    """Compile a table of names with their synonyms, which are separated by spaces."""
    by_word = {word: name for name, words in groups.items() for word in str(words).split()}
    by_sound = {sounds(w): name for w, name in by_word.items() if len(w) >= SHORTEST_BY_SOUND}
    lengths: dict[str, set[int]] = {}
    for word in by_word:
        lengths.setdefault(sounds(word[0]), set()).add(len(word))
    longest_first = {
        first: sorted(lengths_of_first, reverse=True) for first, lengths_of_first in lengths.items()
    }
    return Topics(by_word, by_sound, longest_first)


@cache
def _file() -> Any:
    return parse_yaml(FILE.read_text(encoding="utf-8"))


@cache
def objects() -> Topics:
    """The objects of `data/topics.yml`."""
    return from_words(_file()["objects"])


@cache
def aspects() -> Topics:
    """The aspects of `data/topics.yml`."""
    return from_words(_file()["aspects"])
