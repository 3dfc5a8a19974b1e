"""Repair of misheard words by their sound: 路登 for 路灯, 店梯 for 电梯. Pure.

The vocabulary are the objects of the duties. A stretch is repaired only when it is no word itself
and cuts none (三楼|水管 stays), and the whole text only when no duty is found in it as it is, and
one is found in it afterwards. The troubles of `_TROUBLES` are repaired in any text.
"""

import math
import re
from collections import defaultdict
from collections.abc import Set
from enum import IntEnum
from functools import cache
from itertools import pairwise

from nlu.city.loaded import cutter, duties, gazetteer
from nlu.language.pinyin import syllable
from nlu.language.word_borders import Borders
from nlu.language.word_matcher import WordMatcher
from nlu.language.words import common, cut, tags

LONGEST = 500  # characters; a longer text has other evidence
_SHORTEST, _LONGEST_WORD = 2, 5  # characters of a word of the vocabulary
_UNSEEN = 5.0  # occurrences in the corpus that a word without any is credited with
_LEAST_GAIN = 3.0  # of the logarithm of the likelihood, from the characters to the word
_COMMON = -8.5  # logarithm of the share of a word that is common by itself
_HANZI = re.compile("[\u4e00-\u9fff]+")
_COUNTED = re.compile("[0-9〇零一二三四五六七八九十百千两几多每半第那这哪某]$")
_UNASPIRATED = str.maketrans("pktcq", "bgdzj")
_PRIVATE_USE = 0xE000
_FUNCTION_WORDS = frozenset("个了的在是就不也都这那我你他她们和与过着")
_TROUBLES = frozenset("噪音 漏水 渗水 漏雨 工资 押金 扰民 占道 违章 站台".split())
_SURNAME = "nr"  # tag; 金 is no object of 压


def readable(text: str) -> str:
    """The normalised text, with misheard words repaired where only so a duty is found in it."""
    if len(text) > LONGEST:
        return text
    text = _repair(text, _TROUBLES)
    if (before := _evidence(text)) is _Evidence.TROUBLE:
        return text
    repaired = _repair(text, _vocabulary())
    return repaired if repaired != text and _evidence(repaired) > before else text


class _Evidence(IntEnum):
    """What the duties find in a text."""

    NOTHING = 0
    OBJECT = 1
    TROUBLE = 2  # of an object


def _evidence(text: str) -> _Evidence:
    words = cutter().lcut(text)  # type: ignore[no-untyped-call]
    matches = duties().match(text, Borders(words))
    if any(match.is_sure for match in matches):
        return _Evidence.TROUBLE
    return _Evidence.OBJECT if matches else _Evidence.NOTHING


def _repair(text: str, vocabulary: Set[str]) -> str:
    """The text with what sounds like a word of `vocabulary` spelled like it."""
    borders, names = _borders(text), [(name.start, name.end) for name in gazetteer().find(text)]
    end_before, pieces = 0, list[str]()
    matches = sorted(_by_sound().matches(_sounds(text)), key=lambda match: (match[0], -match[1]))
    for start, end, word in matches:
        if (
            start < end_before
            or word not in vocabulary
            or any(a < end and start < b for a, b in names)
        ):
            continue
        is_behind_name = any(b == start for _, b in names)
        is_counted = not is_behind_name and _COUNTED.search(text, max(0, start - 1), start)
        if not is_counted and _is_misheard(text, start, end, word, borders):
            pieces += [text[end_before:start], word]
            end_before = end
    return "".join([*pieces, text[end_before:]])


def _is_misheard(text: str, start: int, end: int, word: str, borders: list[int]) -> bool:
    """True if `text[start:end]` is no word, nor several, and `word` is likelier."""
    stretch = text[start:end]
    if stretch in tags() or stretch in _vocabulary() or not _share_most(stretch, word):
        return False
    if _COUNTED.search(stretch):
        return False  # 九千
    inside = [border for border in borders if start <= border <= end]
    if inside[:1] != [start] or inside[-1] != end:
        return False
    tokens = [text[a:b] for a, b in pairwise(inside)]
    if any(len(token) > 1 and token not in word for token in tokens):
        return False
    gain = _weight(word) - sum(map(_weight, tokens))
    return gain > _LEAST_GAIN and not _is_done_to_it(tokens, word)


def _is_done_to_it(tokens: list[str], word: str) -> bool:
    """True if a verb and its common object were heard: 砸门, 搬车; not 造音."""
    verb, *rest = tokens
    is_verb = tags().get(verb, "").startswith("v") and not word.startswith(verb)
    is_object = len(rest) == 1 and tags().get(rest[0]) != _SURNAME
    return is_verb and is_object and _weight(rest[0]) > _COMMON


def _share_most(stretch: str, word: str) -> bool:
    """True if at most one character, or less than half of them, is misheard; none is a particle."""
    wrong = [a for a, b in zip(stretch, word, strict=True) if a != b]
    return 0 < len(wrong) <= max(1, (len(word) - 1) // 2) and _FUNCTION_WORDS.isdisjoint(wrong)


def _weight(word: str) -> float:
    """Logarithm of the share of a word in the corpus of jieba."""
    tokenizer = common()
    return math.log(max(tokenizer.FREQ.get(word, 0), _UNSEEN) / tokenizer.total)


def _sounds(text: str) -> str:
    """One character for each of the text, the same where a recogniser confuses them: 资, 次."""
    return "".join(_codes().get(_syllable(character), character) for character in text)


@cache
def _codes() -> dict[str, str]:
    """A character of the private-use area for each syllable of the vocabulary."""
    syllables = {_syllable(character) for word in _vocabulary() for character in word}
    return {sound: chr(_PRIVATE_USE + number) for number, sound in enumerate(sorted(syllables))}


@cache
def _syllable(character: str) -> str:
    sound = syllable(character)
    return sound[:1].translate(_UNASPIRATED) + sound[1:]


def _borders(text: str) -> list[int]:
    borders, position = [0], 0
    for word in cut(text):
        position += len(word)
        borders.append(position)
    return borders


@cache
def _vocabulary() -> frozenset[str]:
    objects = (word for duty in duties().all for word in duty.words)
    return _TROUBLES | {
        word
        for word in objects
        if _SHORTEST <= len(word) <= _LONGEST_WORD and _HANZI.fullmatch(word)
    }


@cache
def _by_sound() -> WordMatcher[str]:
    """The words of the vocabulary by sound, without those that sound like each other.

    A trouble stands before others: 漏水 before 漏税.
    """
    words = defaultdict(list)
    for word in sorted(_vocabulary()):
        words[_sounds(word)].append(word)
    likeliest = {sound: _TROUBLES.intersection(alike) or alike for sound, alike in words.items()}
    return WordMatcher({sound: it for sound, (it, *more) in likeliest.items() if not more})
