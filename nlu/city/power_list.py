"""The power list: which matters there are, and which of them a text is about.

A text is compared with each item's keywords as they stand, and with the words inside its
keywords and title, because residents seldom use a keyword to the letter. A word counts for more
the fewer items have it (IDF over items), the longer it is, and the nearer it stands to the start,
where people say what it is about.
"""

import csv
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import ahocorasick  # type: ignore[import-untyped,import-not-found,unused-ignore]

from nlu.language.word_borders import Borders
from nlu.language.words import common

_WHOLE_KEYWORD = 1.0
_TITLE_WORD = 0.9
_KEYWORD_PART = 0.55
_MATTER_WORD = 0.35
_LEAD = 60  # characters over which the weight of a word falls by 1/e
_LEAD_WEIGHT = 1.6
_MOST_TIMES = 12  # places of one word that are read
_ROUNDED = 0.001  # more than rounding takes from a score
_ENOUGH = 6.0  # a score from which the evidence alone is worth one half
_EMPTY_WRITTEN = (
    "没有 不给 不到 不了 问题 怎么 什么 可以 工作 情况 单位 管理 服务 不能 不让 其他 有人 家里 "
    "自己 我家 太多 太少 太慢 太高 太大 太贵 太远 办理 公司 政府 部门 反映 要求 希望 国家 社会 "
    "发展 政策 时间 人员 很多 一直 不是 这个 东西 收到 不好 举报 投诉 建议 咨询 申请 纠纷 发放 "
    "标准 使用 严重 影响 解决 附近 门口 地方 老板 处理 规定 相关 没人 不管"
)
_EMPTY = frozenset(_EMPTY_WRITTEN.split())
_HANZI = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]+")


@dataclass(frozen=True)
class PowerItem:
    code: str
    title: str
    domain: str
    matter: str
    detail: str
    keywords: tuple[str, ...]
    unit_types: tuple[str, ...]
    tier: str
    size: str
    respond_days: int
    resolve_days: int
    legal_basis: str


@dataclass(frozen=True)
class PowerMatch:
    item: PowerItem
    score: float
    words: tuple[str, ...]


class _Hit(NamedTuple):
    word: str
    start: int
    end: int


class PowerList:
    def __init__(self, items: Sequence[PowerItem], version: str = "") -> None:
        self.items = tuple(items)
        self.version = version
        self.by_code = {item.code: item for item in self.items}
        sources = [_sources(item) for item in self.items]
        holding = Counter(word for source in sources for word in source)
        self._weights: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for index, source in enumerate(sources):
            for word, strength in source.items():
                rarity = math.log((1 + len(self.items)) / (0.5 + holding[word]))
                weight = strength * rarity * math.sqrt(min(len(word), 6) / 2)
                self._weights[word].append((index, weight))
        self._words = ahocorasick.Automaton()
        for word in self._weights:
            self._words.add_word(word, word)
        if self._weights:
            self._words.make_automaton()

    @classmethod
    def load(cls, folder: Path) -> "PowerList":
        """One CSV file a domain, and VERSION: the day from which the list holds.

        Raises ValueError that names the file and line of a bad row, or of a code that is twice.
        """
        items = [item for path in sorted(folder.glob("*.csv")) for item in _read(path)]
        twice = [code for code, n in Counter(item.code for item in items).items() if n > 1]
        if twice:
            raise ValueError(f"power list: there twice: {', '.join(twice)}")
        return cls(items, (folder / "VERSION").read_text(encoding="utf-8").strip())

    def match(
        self, text: str, *, limit: int = 10, borders: Borders | None = None
    ) -> list[PowerMatch]:
        """Items by how much of the text speaks for them, best first.

        With `borders`, a short word counts only where it does not lie across two words.
        """
        hits = list(self._hits(text, borders))
        evidence = self._evidence(hits)
        matches: list[PowerMatch] = []
        for most, indices in self._most_possible(hits, limit):
            if len(matches) >= limit and most < matches[-1].score - _ROUNDED:
                break
            matches += [self._score(index, evidence[index], len(text)) for index in indices]
            matches.sort(key=lambda match: (-match.score, match.item.code))
            del matches[limit:]
        return matches

    def _most_possible(self, hits: Sequence[_Hit], some: int) -> Iterator[tuple[float, list[int]]]:
        """A few items at a time with the most that any of them may score, highest first.

        Weighing words that lie over one another against each other is what takes long, and it
        only ever lowers a score: an item that could not come in without it needs no weighing.
        """
        most: dict[int, float] = defaultdict(float)
        first: dict[str, int] = {}
        for hit in hits:
            first.setdefault(hit.word, hit.start)
        times = Counter(hit.word for hit in hits)
        for word, start in first.items():
            value = _lead(start) * _repeated(times[word])
            for index, weight in self._weights[word]:
                most[index] += weight * value
        ranked = sorted(most, key=lambda index: -most[index])
        for start in range(0, len(ranked), some):
            yield most[ranked[start]], ranked[start : start + some]

    def _evidence(self, hits: Sequence[_Hit]) -> dict[int, list[tuple[_Hit, float]]]:
        evidence: dict[int, list[tuple[_Hit, float]]] = defaultdict(list)
        for hit in hits:
            for index, weight in self._weights[hit.word]:
                evidence[index].append((hit, weight))
        return evidence

    def _hits(self, text: str, borders: Borders | None) -> Iterator[_Hit]:
        """Each word's first places; more of the same say nothing new."""
        if not self._weights:
            return
        times: Counter[str] = Counter()
        for last, word in self._words.iter(text):
            start = last + 1 - len(word)
            if times[word] < _MOST_TIMES and (borders is None or borders.allow(start, last + 1)):
                times[word] += 1
                yield _Hit(word, start, last + 1)

    def _score(self, index: int, found: Sequence[tuple[_Hit, float]], length: int) -> PowerMatch:
        best: dict[str, float] = {}
        times: Counter[str] = Counter()
        for hit, weight in _longest(found, length):
            value = weight * _lead(hit.start)
            best[hit.word] = max(best.get(hit.word, 0.0), value)
            times[hit.word] += 1
        score = sum(value * _repeated(times[word]) for word, value in best.items())
        words = sorted(best, key=lambda word: -best[word])
        return PowerMatch(self.items[index], round(score, 4), tuple(words))


def _lead(start: int) -> float:
    return 1 + _LEAD_WEIGHT * math.exp(-start / _LEAD)


def _repeated(times: int) -> float:
    return 1 + 0.25 * math.log(times)


def confidence_of(matches: Sequence[PowerMatch]) -> float:
    """From 0 to 1: how much evidence there is, and how far it leaves the runner-up behind."""
    if not matches:
        return 0.0
    best = matches[0].score
    second = matches[1].score if len(matches) > 1 else 0.0
    return round(best / (best + _ENOUGH) * (0.5 + 0.5 * (best - second) / best), 4)


def runner_up(matches: Sequence[PowerMatch]) -> PowerMatch | None:
    return matches[1] if len(matches) > 1 else None


def _longest(found: Sequence[tuple[_Hit, float]], length: int) -> Iterator[tuple[_Hit, float]]:
    """Of words that lie over one another, the heaviest for this item."""
    taken = bytearray(length)
    for hit, weight in sorted(found, key=lambda f: (-f[1], f[0].start)):
        if not any(taken[hit.start : hit.end]):
            taken[hit.start : hit.end] = b"\1" * (hit.end - hit.start)
            yield hit, weight


def _sources(item: PowerItem) -> dict[str, float]:
    """Each word that speaks for the item, with the strength of the strongest place it is from."""
    strengths: dict[str, float] = {}
    for words, strength in (
        (_inside([item.matter, item.detail]), _MATTER_WORD),
        (_inside(item.keywords), _KEYWORD_PART),
        (_inside([item.title]), _TITLE_WORD),
        (item.keywords, _WHOLE_KEYWORD),
    ):
        for word in words:
            strengths[word] = max(strength, strengths.get(word, 0.0))
    return strengths


def _inside(phrases: Iterable[str]) -> list[str]:
    words = (word for phrase in phrases for word in common().cut_for_search(phrase))
    return [w for w in words if len(w) > 1 and w not in _EMPTY and _HANZI.fullmatch(w)]


def _read(path: Path) -> Iterator[PowerItem]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), 2):
            yield _item(row, f"{path.name}, line {line}")


def _item(row: dict[str, str], where: str) -> PowerItem:
    try:
        return PowerItem(
            code=row["code"].strip(),
            title=row["title"].strip(),
            domain=row["domain"].strip(),
            matter=row["matter"].strip(),
            detail=row["detail"].strip(),
            keywords=_split(row["keywords"]),
            unit_types=_split(row["unit_types"]),
            tier=row["tier"].strip(),
            size=row["size"].strip(),
            respond_days=int(row["respond_days"]),
            resolve_days=int(row["resolve_days"]),
            legal_basis=(row.get("legal_basis") or "").strip(),
        )
    except (KeyError, AttributeError, ValueError, TypeError) as error:
        raise ValueError(f"power list, {where}: {error!r}") from error


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())
