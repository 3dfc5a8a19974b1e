"""What a sequence labeller sees of each character of a text, and marks turned into spans.

Characters, not words, are labelled: a place name that the dictionary cuts wrongly is still whole,
and a span always begins and ends on a border.
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
_KINDS = (
    ("figure", re.compile(r"[0-9]")),
    ("number", re.compile(r"[一二三四五六七八九十百千两零〇半几]")),
    ("latin", re.compile(r"[A-Za-z]")),
    ("hanzi", re.compile(r"[\u4e00-\u9fff]")),
    ("space", re.compile(r"\s")),
)
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

_Painted = tuple[int, int, str]  # start, end, what the span is


@dataclass(frozen=True)
class Marked:
    label: str
    start: int
    end: int


def features_of(text: str, cutter: Cutter, gazetteer: Gazetteer) -> list[list[str]]:
    """One list of features for each character of `text`."""
    plain = normalise_aligned(text)
    rows = [["bias", _kind(character)] for character in plain]
    _paint(rows, _spans(plain, gazetteer))
    _look_beside(rows)
    _paint_words(rows, list(cutter.tokenize(plain)))
    _paint_characters(rows, plain)
    return rows


def _spans(plain: str, gazetteer: Gazetteer) -> Iterator[_Painted]:
    for mention in gazetteer.find(plain):
        yield mention.start, mention.end, mention.level
    for span in gazetteer.spans(plain):
        yield span.start, span.end, "place"
    for name, pattern in _PATTERNS.items():
        for match in pattern.finditer(plain):
            yield match.start(), match.end(), name


def _look_beside(rows: Sequence[list[str]]) -> None:
    """What the characters before and after are part of."""
    own = [row[1:] for row in rows]
    for i, row in enumerate(rows):
        if i:
            row += [f"before {feature}" for feature in own[i - 1]]
        if i + 1 < len(rows):
            row += [f"after {feature}" for feature in own[i + 1]]


def _paint_words(rows: Sequence[list[str]], words: Sequence[tuple[str, int, int]]) -> None:
    """Each word, what sort of word it is, and its neighbours, on all of its characters."""
    said = [[f"word {word}", f"sort {tags().get(word, '?')}"] for word, _, _ in words]
    beside = [list(features) for features in said]
    for i, (left, right) in enumerate(pairwise(said)):
        beside[i] += [f"then {feature}" for feature in right] + [f"{left[1]} {right[1]}"]
        beside[i + 1] += [f"after {feature}" for feature in left]
    for features, (_, start, end) in zip(beside, words, strict=True):
        for row in rows[start:end]:
            row += features
    _paint(rows, ((start, end, "cut") for _, start, end in words))


def _paint(rows: Sequence[list[str]], spans: Iterable[_Painted]) -> None:
    """Where in each span its characters stand."""
    for start, end, name in spans:
        for row in rows[start:end]:
            row.append(f"{name} inside")
        rows[start].append(f"{name} first")
        rows[end - 1].append(f"{name} last")


def _paint_characters(rows: Sequence[list[str]], plain: str) -> None:
    for i, row in enumerate(rows):
        seen = {offset: plain[i + offset] for offset in _WINDOW if 0 <= i + offset < len(plain)}
        row += [f"{offset} {character}" for offset, character in seen.items()]
    for i, pair in enumerate(pairwise(plain)):
        rows[i].append(f"with next {pair}")
        rows[i + 1].append(f"with last {pair}")
    for i in range(1, len(plain) - 1):
        rows[i].append(f"between {plain[i - 1 : i + 2]}")
    for row, sound in zip(rows, sounds(plain), strict=True):
        row.append(f"sound {sound}")


@cache
def _kind(character: str) -> str:
    return next((name for name, pattern in _KINDS if pattern.match(character)), "mark")


def labels_of(length: int, marked: Iterable[Marked]) -> list[str]:
    """B-, I-, E- (of one character: S-) and O for each character."""
    labels = [OUTSIDE] * length
    for mark in marked:
        labels[mark.start : mark.end] = [f"I-{mark.label}"] * (mark.end - mark.start)
        labels[mark.start] = f"B-{mark.label}"
        labels[mark.end - 1] = f"{'E' if mark.end - mark.start > 1 else 'S'}-{mark.label}"
    return labels


def marked_in(labels: Sequence[str]) -> Iterator[Marked]:
    """The spans that the labels say; one that breaks off without its E- ends there."""
    start, open_name = 0, ""
    for i, label in enumerate([*labels, OUTSIDE]):
        place, _, name = label.partition("-")
        if open_name and (name != open_name or place in ("B", "S")):
            yield Marked(open_name, start, i)
            open_name = ""
        if name and not open_name:
            start, open_name = i, name
        if place in ("E", "S"):
            yield Marked(name, start, i + 1)
            open_name = ""
