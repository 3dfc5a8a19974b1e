"""Search over the knowledge articles: which one answers a question, if any does.

TF-IDF over jieba words, character pairs and characters. Two things count: how much of what is
asked the article holds anywhere (by weight, the larger part), and how like it is to the nearest
single question that the article lists, its title among them.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from nlu.text import normalise
from nlu.words import common

ANSWER_BAR = 0.45
CANDIDATE_BAR = 0.2
LONGEST_QUESTION = 400

_NEAREST_SHARE = 0.3
_UNLIKE_ANY = 0.2  # less like the nearest listed question than this, and the score is cut
_UNLIKE_CUT = 0.6
_WORD_WEIGHT = 1.0
_PAIR_WEIGHT = 0.5
_CHARACTER_WEIGHT = 0.3
_EMPTY_WORDS_WRITTEN = (
    "的 了 是 在 我 你 您 他 她 它 们 我们 你们 吗 呢 吧 啊 呀 哦 嗯 请问 问 问下 一下 下 想 "
    "想问 咨询 就 也 都 还 和 与 或 要 有 个 这 那 这个 那个 怎么 怎样 如何 什么 哪 哪里 哪儿 "
    "多少 几 能 能不能 可以 可不可以 会 需要 需 应该 是不是 有没有 办 办理 做 去 到 给 把 被 "
    "谢谢 你好 您好 麻烦 知道 现在 杭州 杭州市"
)
_EMPTY_WORDS = frozenset(_EMPTY_WORDS_WRITTEN.split())
# The word the articles use, and what residents say for it.
_ALSO_SAID: Mapping[str, str] = {
    "驾驶证": "驾照",
    "电动自行车": "电瓶车|电动车",
    "外地": "异地",
    "新生儿": "宝宝|婴儿|刚出生",
    "辞退": "裁员|开除|解雇",
    "补偿": "赔偿",
    "丢": "遗失|丢失|找不到",
    "验车": "年检",
    "餐馆": "饭店|餐厅",
    "吵": "噪音|噪声|扰民",
    "拖欠工资": "欠薪",
    "孩子": "小孩|儿童",
    "燃气": "天然气|煤气",
    "办到哪": "进度",
    "到期": "过期",
    "就医": "看病",
    "户口": "落户",
    "退费": "退款",
    "养老金": "退休金",
    "补贴": "补助|津贴",
}
_PLAIN = {said: plain for plain, all_said in _ALSO_SAID.items() for said in all_said.split("|")}
_SAID = re.compile("|".join(sorted(_PLAIN, key=len, reverse=True)))
_FILLER = re.compile(
    r"请问|请|咨询|怎么样|怎么办理?|怎么|怎样|如何|哪里|哪儿|找谁|去哪|多少|什么|能不能|可不可以|可以|是不是|有没有|需要|我们?的?|你们?|"
    r"[吗呢吧啊呀的了是在有就也都还]"
)
_SPLIT = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9]+")
_FRONT = re.compile(r"\A---\s*\n(.*?)\n---\s*\n?(.*)\Z", re.DOTALL)

Vector = Mapping[str, float]


@dataclass(frozen=True)
class Article:
    id: str
    title: str
    domain: str
    questions: tuple[str, ...]
    office: str
    checked: date | None
    body: str


@dataclass(frozen=True)
class Hit:
    article: Article
    score: float


@dataclass(frozen=True)
class Answer:
    """`article` is set only above the bar; `candidates` are the next best, to offer instead."""

    article: Article | None
    score: float
    candidates: tuple[Hit, ...]


def load(folder: Path) -> list[Article]:
    return [read(path) for path in sorted(folder.glob("*.md"))]


def read(path: Path) -> Article:
    match = _FRONT.match(path.read_text(encoding="utf-8"))
    front: Any = yaml.safe_load(match.group(1)) if match else None
    if match is None or not isinstance(front, dict):
        raise ValueError(f"{path}: an article begins with a YAML block between two --- lines")
    missing = [key for key in ("id", "title", "domain") if not front.get(key)]
    if missing:
        raise ValueError(f"{path}: the YAML block lacks {', '.join(missing)}")
    checked = front.get("checked")
    return Article(
        id=str(front["id"]),
        title=str(front["title"]),
        domain=str(front["domain"]),
        questions=tuple(str(question) for question in front.get("questions") or ()),
        office=str(front.get("office") or ""),
        checked=checked if isinstance(checked, date) else None,
        body=match.group(2).strip(),
    )


class ArticleIndex:
    def __init__(self, articles: Sequence[Article]) -> None:
        self._articles = tuple(articles)
        asked = [[_terms(q) for q in (a.title, *a.questions)] for a in self._articles]
        self._holdings = [
            frozenset(_terms(f"{a.body} {a.office}")).union(*terms)
            for a, terms in zip(self._articles, asked, strict=True)
        ]
        holding = Counter(term for terms in self._holdings for term in terms)
        total = len(self._articles) + 1
        self._unseen = math.log(total)
        self._rarity = {term: math.log(total / (n + 0.5)) for term, n in holding.items()}
        self._vectors = [[self._weigh(terms) for terms in of_article] for of_article in asked]

    def search(self, question: str, *, limit: int = 5) -> list[Hit]:
        """The nearest articles, best first, each with a score from 0 to 1."""
        asked = self._weigh(_terms(normalise(question)[:LONGEST_QUESTION]))
        if not asked:
            return []
        hits = [
            Hit(article, round(self._score(asked, index), 4))
            for index, article in enumerate(self._articles)
        ]
        near = [hit for hit in hits if hit.score >= CANDIDATE_BAR]
        return sorted(near, key=lambda hit: (-hit.score, hit.article.id))[:limit]

    def answer(self, question: str, *, limit: int = 3) -> Answer:
        hits = self.search(question, limit=limit + 1)
        if not hits:
            return Answer(None, 0.0, ())
        if hits[0].score < ANSWER_BAR:
            return Answer(None, hits[0].score, tuple(hits[:limit]))
        return Answer(hits[0].article, hits[0].score, tuple(hits[1:]))

    def _score(self, asked: Vector, index: int) -> float:
        nearest = max((_cosine(asked, vector) for vector in self._vectors[index]), default=0.0)
        held = self._holdings[index]
        covered = sum(value * value for term, value in asked.items() if term in held)
        score = min(1.0, _NEAREST_SHARE * nearest + (1 - _NEAREST_SHARE) * covered)
        return score if nearest >= _UNLIKE_ANY else score * _UNLIKE_CUT

    def _weigh(self, terms: Mapping[str, float]) -> Vector:
        weighted = {t: n * self._rarity.get(t, self._unseen) for t, n in terms.items()}
        length = math.sqrt(sum(value * value for value in weighted.values()))
        return {term: value / length for term, value in weighted.items()} if length else {}


def _terms(text: str) -> dict[str, float]:
    said = _SAID.sub(lambda match: _PLAIN[match.group()], text.lower())
    asked = _FILLER.sub(" ", said)
    terms: dict[str, float] = {}
    for mark, weight, found in (
        ("", _WORD_WEIGHT, _words(said)),
        ("~", _PAIR_WEIGHT, _runs(asked, 2)),
        (".", _CHARACTER_WEIGHT, _runs(asked, 1)),
    ):
        for term, number in Counter(found).items():
            terms[mark + term] = math.sqrt(weight * number)
    return terms


def _words(text: str) -> Iterable[str]:
    for word in common().cut(text):
        plain = word.strip()
        if plain and plain not in _EMPTY_WORDS and not _SPLIT.fullmatch(plain):
            yield plain


def _runs(text: str, length: int) -> Iterable[str]:
    for run in _SPLIT.split(text):
        yield from (run[i : i + length] for i in range(len(run) - length + 1))


def _cosine(left: Vector, right: Vector) -> float:
    if len(right) < len(left):
        left, right = right, left
    return min(1.0, sum(value * right.get(term, 0.0) for term, value in left.items()))
