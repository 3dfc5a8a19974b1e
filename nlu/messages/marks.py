"""Character features for the sequence labeller, and conversion of its labels to spans and back.

Characters, not words, are labelled: a place name stays whole where the dictionary segments it
wrongly.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from nlu.gazetteer.places import Gazetteer
from nlu.language.pinyin import sounds
from nlu.language.text import normalise_aligned
from nlu.language.words import Cutter, tags

OUTSIDE = "O"
_WINDOW = (-2, -1, 0, 1, 2)
_CHARACTER_KINDS = (
    ("figure", re.compile(r"[0-9]")),
    ("number", re.compile(r"[一二三四五六七八九十百千两零〇半几]")),
    ("latin", re.compile(r"[A-Za-z]")),
    ("hanzi", re.compile(r"[\u4e00-\u9fff]")),
    ("space", re.compile(r"\s")),
)
# clock: 昨天, 三点半; house: 12号, 3幢; ending: 路, 小区; beside: 门口, 对面.
_PATTERNS: Mapping[str, re.Pattern[str]] = {
    "clock": re.compile(
        r"(?:大前|前|昨|今|明|后)[天日晚夜早]|[上下本这每](?:个)?(?:周|星期|礼拜|月|天|晚|年)"
        r"|周[一二三四五六日天末]|(?:星期|礼拜)[一二三四五六日天]"
        r"|[0-9一二三四五六七八九十两半]+(?:点半?|点钟|月份?|号|日|年|时)"
        r"|上午|下午|晚上|早上|中午|凌晨|半夜|夜里|傍晚|清晨|白天|刚才|刚刚|去年|今年|前年|最近"
        r"|国庆|春节|过年|暑假|寒假"
    ),
    "house": re.compile(
        r"[0-9一二三四五六七八九十百A-Za-z-]+(?:号|幢|栋|单元|室|楼|组|弄|期|座|区|层)"
    ),
    "ending": re.compile(
        r"(?:大道|路|街|巷|弄|坊|苑|园|村|庄|镇|乡|社区|街道|小区|新村|公寓|广场|大厦|中心|医院"
        r"|学校|小学|中学|大学|幼儿园|市场|超市|公园|地铁站|站|桥|码头|花园|府|城|湾|家园|工地"
        r"|菜场|车库|停车场|路口)"
    ),
    "beside": re.compile(
        r"门口|旁边|对面|附近|路口|楼下|楼上|隔壁|后面|前面|交叉口|[东西南北]面|[东西南北]门"
        r"|里面|外面|边上|楼道"
    ),
}

_NamedSpan = tuple[int, int, str]  # start, end, name of the feature


@dataclass(frozen=True)
class Mark:
    """A labelled span of a text, [start, end)."""

    label: str
    start: int
    end: int


def features_of(text: str, cutter: Cutter, gazetteer: Gazetteer) -> list[list[str]]:
    """Feature strings of each character of a raw text."""
    plain = normalise_aligned(text)
    rows = [["bias", _kind(character)] for character in plain]
    _add_span_features(rows, _spans(plain, gazetteer))
    _add_neighbour_features(rows)
    _add_word_features(rows, list(cutter.tokenize(plain)))
    _add_character_features(rows, plain)
    return rows


def _spans(plain: str, gazetteer: Gazetteer) -> Iterator[_NamedSpan]:
    for mention in gazetteer.find(plain):
        yield mention.start, mention.end, mention.level
    for span in gazetteer.spans(plain):
        yield span.start, span.end, "place"
    for name, pattern in _PATTERNS.items():
        for match in pattern.finditer(plain):
            yield match.start(), match.end(), name


def _add_neighbour_features(rows: Sequence[list[str]]) -> None:
    """Copy the features of the characters before and after, with a prefix."""
    originals = [row[1:] for row in rows]
    for i, row in enumerate(rows):
        if i:
            row += [f"before {feature}" for feature in originals[i - 1]]
        if i + 1 < len(rows):
            row += [f"after {feature}" for feature in originals[i + 1]]


def _add_word_features(rows: Sequence[list[str]], words: Sequence[tuple[str, int, int]]) -> None:
    """Add each word, its part of speech and its neighbours to all of the word's characters."""
    word_features = [[f"word {word}", f"sort {tags().get(word, '?')}"] for word, _, _ in words]
    with_neighbours = [list(features) for features in word_features]
    for i, (previous, following) in enumerate(pairwise(word_features)):
        with_neighbours[i] += [f"then {feature}" for feature in following] + [
            f"{previous[1]} {following[1]}"
        ]
        with_neighbours[i + 1] += [f"after {feature}" for feature in previous]
    for features, (_, start, end) in zip(with_neighbours, words, strict=True):
        for row in rows[start:end]:
            row += features
    _add_span_features(rows, ((start, end, "cut") for _, start, end in words))


def _add_span_features(rows: Sequence[list[str]], spans: Iterable[_NamedSpan]) -> None:
    """Add for each span: inside to all its characters, first and last to those at its ends."""
    for start, end, name in spans:
        for row in rows[start:end]:
            row.append(f"{name} inside")
        rows[start].append(f"{name} first")
        rows[end - 1].append(f"{name} last")


def _add_character_features(rows: Sequence[list[str]], plain: str) -> None:
    for i, row in enumerate(rows):
        window = {offset: plain[i + offset] for offset in _WINDOW if 0 <= i + offset < len(plain)}
        row += [f"{offset} {character}" for offset, character in window.items()]
    for i, pair in enumerate(pairwise(plain)):
        rows[i].append(f"with next {pair}")
        rows[i + 1].append(f"with last {pair}")
    for i in range(1, len(plain) - 1):
        rows[i].append(f"between {plain[i - 1 : i + 2]}")
    for row, sound in zip(rows, sounds(plain), strict=True):
        row.append(f"sound {sound}")


@cache
def _kind(character: str) -> str:
    return next((name for name, pattern in _CHARACTER_KINDS if pattern.match(character)), "mark")


def labels_of(length: int, marks: Iterable[Mark]) -> list[str]:
    """BIOES labels of `length` characters: B-, I-, E-, S- for a single character, O outside."""
    labels = [OUTSIDE] * length
    for mark in marks:
        labels[mark.start : mark.end] = [f"I-{mark.label}"] * (mark.end - mark.start)
        labels[mark.start] = f"B-{mark.label}"
        labels[mark.end - 1] = f"{'E' if mark.end - mark.start > 1 else 'S'}-{mark.label}"
    return labels


def marks_in(labels: Sequence[str]) -> Iterator[Mark]:
    """Spans of a BIOES label sequence; a span without its E- ends where its labels end."""
    start, open_name = 0, ""
    for i, label in enumerate([*labels, OUTSIDE]):
        place, _, name = label.partition("-")
        if open_name and (name != open_name or place in ("B", "S")):
            yield Mark(open_name, start, i)
            open_name = ""
        if name and not open_name:
            start, open_name = i, name
        if place in ("E", "S"):
            yield Mark(name, start, i + 1)
            open_name = ""
