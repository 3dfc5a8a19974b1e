"""Search over the knowledge articles: which one answers a question, if any does.

An article is everything that stands in it and every way of asking that it lists, as one bag of
words, runs of characters and runs of syllables (a misheard word sounds right); a question goes to
the article whose bag is nearest (TF-IDF, cosine). What people ask that no article covers has bags
too, from `data/not_covered.yml`: when one of those is about as near, the honest answer is no.
"""

import math
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from nlu.city import cutter
from nlu.linear import Floats
from nlu.meaning import Likeness, Meaning
from nlu.terms import terms_of
from nlu.text import is_blank, normalise

# An article answers when it is half as near again as what is not covered. At 1.5 a tenth fewer of
# our held-out questions are answered than at 1.2, and a third as many are answered wrongly.
ANSWER_BAR = 0.63  # of nearness / (nearness + that of what is not covered)
# Of two articles about as near, neither is the answer: both are offered. Of every article's own
# questions, held out in turn, a tenth to a fifth fewer were answered with another article so.
STANDS_OUT = 1.08  # times as near as the next
# Meaning is by sentence vectors (`nlu.meaning`). More than this lets it outvote the words.
MEANING_SHARE = 0.15
ANSWER_BAR_WITH_MEANING = 0.58  # any question is somewhat like any other, covered or not
CANDIDATE_BAR = 0.2
LONGEST_QUESTION = 400

_UNRELATED = 0.03  # how near any article is to any sentence, by common words alone
_SHARE = {"w": 1.0, "c": 1.0, "s": 0.3}  # of words, runs of characters, runs of syllables
LONGEST_RUN = 2  # longer ones gain nothing and take most of the memory
_FRONT = re.compile(r"\A---\s*\n(.*?)\n---\s*\n?(.*)\Z", re.DOTALL)


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
    """`meaning` joins the words where its package is installed, once all is read."""

    def __init__(
        self,
        articles: Sequence[Article],
        not_covered: Mapping[str, Sequence[str]] | None = None,
        meaning: Meaning | None = None,
    ) -> None:
        self._articles = tuple(articles)
        self._as_listed = {_letters(q): a for a in articles for q in (a.title, *a.questions)}
        written = [[a.title, *a.questions, a.body, a.office] for a in articles]
        self._bags = _Bags(_counts(texts) for texts in (*written, *(not_covered or {}).values()))
        self._likeness = Likeness(meaning, asked_of(articles, not_covered)) if meaning else None

    def search(self, question: str, *, limit: int = 5) -> list[Hit]:
        """The nearest articles, best first, each with a score from 0 to 1."""
        listed = self._as_listed.get(_letters(question))
        near = self._nearness(question[:LONGEST_QUESTION]).tolist()
        floor = max(_UNRELATED, *near[len(self._articles) :], 0.0)
        hits = [
            Hit(article, 1.0 if article is listed else round(value / (value + floor), 4))
            for article, value in zip(self._articles, near, strict=False)
        ]
        hits.sort(key=lambda hit: (-hit.score, hit.article.id))
        return [hit for hit in hits[:limit] if hit.score >= CANDIDATE_BAR]

    def _nearness(self, question: str) -> Floats:
        near = self._bags.nearness(question)
        alike = self._likeness.nearness(question) if self._likeness else None
        return near if alike is None else near + MEANING_SHARE * alike

    def wait_for_meaning(self) -> None:
        if self._likeness:
            self._likeness.wait()

    def answer(self, question: str, *, limit: int = 3) -> Answer:
        hits = self.search(question, limit=limit + 1)
        if not hits:
            return Answer(None, 0.0, ())
        knows_meaning = self._likeness is not None and self._likeness.is_ready
        bar = ANSWER_BAR_WITH_MEANING if knows_meaning else ANSWER_BAR
        if hits[0].score < bar or not _stands_out(hits):
            return Answer(None, hits[0].score, tuple(hits[:limit]))
        return Answer(hits[0].article, hits[0].score, tuple(hits[1:]))


def _stands_out(hits: Sequence[Hit]) -> bool:
    """Whether the first is so much nearer than the second; the floor is the same for both."""
    if len(hits) < 2 or hits[0].score == 1:
        return True
    first, second = (hit.score / (1 - hit.score) for hit in hits[:2])
    return first >= STANDS_OUT * second


def asked_of(
    articles: Sequence[Article], not_covered: Mapping[str, Sequence[str]] | None
) -> list[list[str]]:
    """All that each article, and each topic that none covers, is asked with."""
    of_articles = [[article.title, *article.questions] for article in articles]
    return [*of_articles, *(list(questions) for questions in (not_covered or {}).values())]


class _Bags:
    """What each bag holds, turned round: for each term the bags that hold it, in long arrays,
    because short ones for each of 90,000 terms take 100 MB."""

    def __init__(self, bags: Iterable[Counter[str]]) -> None:
        rows: dict[str, int] = {}
        row_of, bag_of, times = array("L"), array("h"), array("f")
        number = 0
        for bag, counts in enumerate(bags):
            number = bag + 1
            row_of.extend(rows.setdefault(term, len(rows)) for term in counts)
            bag_of.extend(bag for _ in counts)
            times.extend(counts.values())
        held, places = np.array(row_of, np.int64), np.array(bag_of, np.int16)
        self._rows, self._number = rows, number
        self._rarest = math.log((number + 1) / 0.5)
        rarity = np.log((number + 1) / (np.bincount(held, minlength=len(rows)) + 0.5))
        self._rarity = (rarity * [_SHARE[term[0]] for term in rows]).astype(np.float32)
        weights = (1 + np.log(np.array(times))) * self._rarity[held]
        lengths = np.sqrt(np.bincount(places, weights**2, minlength=number))
        order = np.argsort(held, kind="stable")
        self._starts = np.searchsorted(held[order], np.arange(len(rows) + 1))
        self._places = places[order]
        self._weights = (weights / lengths[places])[order].astype(np.float32)

    def nearness(self, question: str) -> Floats:
        """The cosine of the question with each bag."""
        near = np.zeros(self._number, np.float32)
        total = 0.0
        for term, n in () if is_blank(question) else _counts([question]).items():
            row = self._rows.get(term)
            known = self._rarest * _SHARE[term[0]] if row is None else float(self._rarity[row])
            value = (1 + math.log(n)) * known
            total += value * value
            if row is not None:
                holders = slice(self._starts[row], self._starts[row + 1])
                near[self._places[holders]] += value * self._weights[holders]
        return near / math.sqrt(total) if total else near


def not_covered_in(path: Path) -> dict[str, list[str]]:
    """Topics of questions that no article answers, each with ways of asking."""
    topics: dict[str, list[str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return topics


def _letters(question: str) -> str:
    return "".join(character for character in normalise(question) if character.isalnum())


def _counts(texts: Iterable[str]) -> Counter[str]:
    """Terms of all `texts`, each marked with the way of looking that it is from."""
    counts: Counter[str] = Counter()
    for text in texts:
        words, _, characters, syllables = terms_of(text, cutter().lcut)
        counts.update({"w" + word: n for word, n in words.items()})
        counts.update({"c" + run: n for run, n in characters.items() if len(run) <= LONGEST_RUN})
        counts.update({"s" + run: n for run, n in syllables.items() if len(run) <= LONGEST_RUN})
    return counts
