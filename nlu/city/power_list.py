"""The power list: items (matters) with their unit types, and matching of a text with them.

An item is matched by its whole keywords and by the words within its keywords and title, since
residents seldom write a keyword exactly. A word has a larger weight the fewer items contain it
(inverse document frequency over items), the longer it is, and the nearer it is to the start of the
text. The weights below are hand-set.
"""

import csv
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from nlu.gazetteer.tables import split_cell
from nlu.language.terms import position_weight
from nlu.language.word_borders import Borders
from nlu.language.word_matcher import WordMatcher
from nlu.language.words import common

# Strength of a word by its source in the item
_WHOLE_KEYWORD = 1.0
_TITLE_WORD = 0.9
_KEYWORD_PART = 0.55
_MATTER_WORD = 0.35
_LEAD = 60  # characters; see `position_weight`
_LEAD_WEIGHT = 1.6
_MOST_TIMES = 12  # occurrences of one word that are read
_ROUNDED = 0.001  # larger than the rounding error of a score
_ENOUGH = 6.0  # score at which the first factor of the confidence is one half
# Words within keywords that are no evidence: 没有, 问题
_EMPTY_WORD_LIST = (
    "没有 不给 不到 不了 问题 怎么 什么 可以 工作 情况 单位 管理 服务 不能 不让 其他 有人 家里 "
    "自己 我家 太多 太少 太慢 太高 太大 太贵 太远 办理 公司 政府 部门 反映 要求 希望 国家 社会 "
    "发展 政策 时间 人员 很多 一直 不是 这个 东西 收到 不好 举报 投诉 建议 咨询 申请 纠纷 发放 "
    "标准 使用 严重 影响 解决 附近 门口 地方 老板 处理 规定 相关 没人 不管"
)
_EMPTY_WORDS = frozenset(_EMPTY_WORD_LIST.split())
_HANZI = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]+")


@dataclass(frozen=True)
class PowerItem:
    """An item of the power list."""

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
    """An item, its score in points and the matching words, the strongest first."""

    item: PowerItem
    score: float
    words: tuple[str, ...]


class _Hit(NamedTuple):
    word: str
    start: int
    end: int


class PowerList:
    """All items, compiled for matching."""

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
        self._words = WordMatcher({word: word for word in self._weights})

    @classmethod
    def load(cls, folder: Path) -> "PowerList":
        """Read a folder with one CSV file for each domain, and VERSION with the effective date.

        Raises ValueError with the file and line of a malformed row, or with a duplicate code.
        """
        items = [item for path in sorted(folder.glob("*.csv")) for item in _read(path)]
        duplicates = [
            code for code, count in Counter(item.code for item in items).items() if count > 1
        ]
        if duplicates:
            raise ValueError(f"power list: there twice: {', '.join(duplicates)}")
        return cls(items, (folder / "VERSION").read_text(encoding="utf-8").strip())

    def match(
        self, text: str, *, limit: int = 10, borders: Borders | None = None
    ) -> list[PowerMatch]:
        """The `limit` best items for a normalised text, best first.

        With `borders`, a short word counts only where it does not cross a word border.
        """
        hits = list(self._hits(text, borders))
        evidence = self._evidence(hits)
        matches: list[PowerMatch] = []
        for bound, indices in self._upper_bounds(hits, limit):
            if len(matches) >= limit and bound < matches[-1].score - _ROUNDED:
                break
            matches += [self._score(index, evidence[index], len(text)) for index in indices]
            matches.sort(key=lambda match: (-match.score, match.item.code))
            del matches[limit:]
        return matches

    def _upper_bounds(self, hits: Sequence[_Hit], batch: int) -> Iterator[tuple[float, list[int]]]:
        """Batches of item indices with the upper bound of their scores, highest first.

        The exact score is expensive, because overlapping words must be resolved for each item. That
        only lowers a score, so an item whose bound is too low needs no exact score.
        """
        bounds: dict[int, float] = defaultdict(float)
        first: dict[str, int] = {}
        for hit in hits:
            first.setdefault(hit.word, hit.start)
        times = Counter(hit.word for hit in hits)
        for word, start in first.items():
            factor = position_weight(start, _LEAD, _LEAD_WEIGHT) * _repetition_factor(times[word])
            for index, weight in self._weights[word]:
                bounds[index] += weight * factor
        ranked = sorted(bounds, key=lambda index: -bounds[index])
        for start in range(0, len(ranked), batch):
            yield bounds[ranked[start]], ranked[start : start + batch]

    def _evidence(self, hits: Sequence[_Hit]) -> dict[int, list[tuple[_Hit, float]]]:
        evidence: dict[int, list[tuple[_Hit, float]]] = defaultdict(list)
        for hit in hits:
            for index, weight in self._weights[hit.word]:
                evidence[index].append((hit, weight))
        return evidence

    def _hits(self, text: str, borders: Borders | None) -> Iterator[_Hit]:
        """The first occurrences of each word."""
        times: Counter[str] = Counter()
        for start, end, word in self._words.matches(text):
            if times[word] < _MOST_TIMES and (borders is None or borders.allow(start, end)):
                times[word] += 1
                yield _Hit(word, start, end)

    def _score(self, index: int, evidence: Sequence[tuple[_Hit, float]], length: int) -> PowerMatch:
        best: dict[str, float] = {}
        times: Counter[str] = Counter()
        for hit, weight in _resolve_overlaps(evidence, length):
            value = weight * position_weight(hit.start, _LEAD, _LEAD_WEIGHT)
            best[hit.word] = max(best.get(hit.word, 0.0), value)
            times[hit.word] += 1
        score = sum(value * _repetition_factor(times[word]) for word, value in best.items())
        words = sorted(best, key=lambda word: -best[word])
        return PowerMatch(self.items[index], round(score, 4), tuple(words))


def _repetition_factor(times: int) -> float:
    return 1 + 0.25 * math.log(times)


def confidence_of(matches: Sequence[PowerMatch]) -> float:
    """Confidence in the best item, from 0 to 1, for matches that are sorted best first.

    s / (s + 6) · (1 + (s − s₂) / s) / 2, with the best score s and the second one s₂: the amount of
    evidence times the lead over the runner-up.
    """
    if not matches:
        return 0.0
    best = matches[0].score
    second = matches[1].score if len(matches) > 1 else 0.0
    return round(best / (best + _ENOUGH) * (0.5 + 0.5 * (best - second) / best), 4)


def runner_up(matches: Sequence[PowerMatch]) -> PowerMatch | None:
    """The second of the sorted matches, if any."""
    return matches[1] if len(matches) > 1 else None


def _resolve_overlaps(
    evidence: Sequence[tuple[_Hit, float]], length: int
) -> Iterator[tuple[_Hit, float]]:
    """Keep only the word with the largest weight for this item among overlapping ones."""
    is_covered = bytearray(length)
    for hit, weight in sorted(evidence, key=lambda entry: (-entry[1], entry[0].start)):
        if not any(is_covered[hit.start : hit.end]):
            is_covered[hit.start : hit.end] = b"\1" * (hit.end - hit.start)
            yield hit, weight


def _sources(item: PowerItem) -> dict[str, float]:
    """Words that indicate the item, each with the strength of its strongest source."""
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
    return [w for w in words if len(w) > 1 and w not in _EMPTY_WORDS and _HANZI.fullmatch(w)]


def _read(path: Path) -> Iterator[PowerItem]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from read_items(file, path.name)


def read_items(lines: Iterable[str], name: str) -> Iterator[PowerItem]:
    """The items of the CSV lines of the file `name`. Raises ValueError with the malformed line."""
    try:
        for line, row in enumerate(csv.DictReader(lines), 2):
            yield _item(row, f"{name}, line {line}")
    except csv.Error as error:
        raise ValueError(f"power list, {name}: {error}") from error


def _item(row: dict[str, str], where: str) -> PowerItem:
    try:
        return PowerItem(
            code=row["code"].strip(),
            title=row["title"].strip(),
            domain=row["domain"].strip(),
            matter=row["matter"].strip(),
            detail=row["detail"].strip(),
            keywords=split_cell(row["keywords"]),
            unit_types=split_cell(row["unit_types"]),
            tier=row["tier"].strip(),
            size=row["size"].strip(),
            respond_days=int(row["respond_days"]),
            resolve_days=int(row["resolve_days"]),
            legal_basis=(row.get("legal_basis") or "").strip(),
        )
    except (KeyError, AttributeError, ValueError, TypeError) as error:
        raise ValueError(f"power list, {where}: {error!r}") from error
