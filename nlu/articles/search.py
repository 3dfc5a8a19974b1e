"""Search over the knowledge articles: which one answers a question, if any does.

An article is everything that stands in it and every way of asking that it lists, as one bag of
words, runs of characters, runs of syllables (a misheard word sounds right) and things that it is
asked about (`nlu.articles.topics`); a question goes to the article whose bag is nearest (TF-IDF,
cosine). What people ask that no article covers has bags too, from `data/not_covered.yml`: when one
of those is about as near, the honest answer is no. So it is when the article is about another thing
or does not tell the side that is asked about (`nlu.articles.agreement`), however many words the two
share.
"""

import math
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from nlu.articles.agreement import Agreement, things_of
from nlu.city.loaded import cutter
from nlu.classifiers.linear import Floats
from nlu.classifiers.meaning import SentenceEncoder, SimilarityIndex
from nlu.language.terms import terms_of
from nlu.language.text import is_blank, normalise


# What speaks for an answer, and how much: fitted by logistic regression to questions of articles
# and to near ones that no article covers, each held out in turn, and to an older held-out set.
@dataclass(frozen=True)
class Weights:
    over_not_covered: float = 1.8  # how much nearer than what is not covered, as a logarithm
    over_next: float = 0.9  # than the next article, as a logarithm
    nearness: float = 23.0
    things: float = 1.6  # of the share of the question's things that the article has
    length: float = 1.5  # a long question is less near to anything, as a logarithm


WEIGHTS = Weights()
ANSWER_BAR = 9.0
# Meaning is by sentence vectors (`nlu.classifiers.meaning`). More than this lets it outvote the
# words.
MEANING_SHARE = 0.15
ANSWER_BAR_WITH_MEANING = ANSWER_BAR + 1.6  # any question is somewhat like any other
MOST_OVER_NEXT = 1.5  # as a logarithm
# Of two articles about as near, neither is the answer: both are offered.
STANDS_OUT = 1.03  # times as near as the next
CANDIDATE_BAR = 0.2
LONGEST_QUESTION = 400

_UNRELATED = 0.03  # how near any article is to any sentence, by common words alone
_SHARE = {"w": 1.0, "c": 1.0, "s": 0.3, "t": 1.0}  # words, runs of characters, of syllables, things
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
        meaning: SentenceEncoder | None = None,
    ) -> None:
        self._articles = tuple(articles)
        self._as_listed = {_letters(q): a for a in articles for q in (a.title, *a.questions)}
        asked = asked_of(articles, not_covered)
        bodies = [[a.body, a.office] for a in articles]
        self._bags = _Bags(_counts(a, b) for a, b in zip_longest(asked, bodies, fillvalue=()))
        self._agreement = Agreement(asked[: len(articles)], [a.body for a in articles])
        self._likeness = SimilarityIndex(meaning, asked) if meaning else None

    def search(self, question: str, *, limit: int = 5) -> list[Hit]:
        """The nearest articles, best first, each with a score from 0 to 1."""
        near, _ = self._nearness(question[:LONGEST_QUESTION])
        return self._hits(question, near, limit)

    def _hits(self, question: str, near: Floats, limit: int) -> list[Hit]:
        listed = self._as_listed.get(_letters(question))
        floor = self._floor(near)
        order = np.argsort(-near[: len(self._articles)], kind="stable")[:limit].tolist()
        hits = [
            Hit(self._articles[place], round(float(near[place] / (near[place] + floor)), 4))
            for place in order
            if self._articles[place] is not listed
        ]
        best = [Hit(listed, 1.0)] if listed else []
        return [*best, *(hit for hit in hits if hit.score >= CANDIDATE_BAR)][:limit]

    def _floor(self, near: Floats) -> float:
        """How near the question is to what no article covers, or to anything."""
        return max(_UNRELATED, float(near[len(self._articles) :].max(initial=0.0)))

    def _nearness(self, question: str) -> tuple[Floats, float]:
        """Of every bag, and the length of the question in terms by their rarity."""
        near, length = self._bags.nearness(question)
        alike = self._likeness.similarities(question) if self._likeness else None
        return near if alike is None else near + MEANING_SHARE * alike, length

    def wait_for_meaning(self) -> None:
        if self._likeness:
            self._likeness.wait()

    def answer(self, question: str, *, limit: int = 3) -> Answer:
        near, length = self._nearness(question[:LONGEST_QUESTION])
        hits = self._hits(question, near, limit + 1)
        if not hits:
            return Answer(None, 0.0, ())
        if hits[0].score < 1 and not self._is_sure(question[:LONGEST_QUESTION], near, length):
            return Answer(None, hits[0].score, tuple(hits[:limit]))
        return Answer(hits[0].article, hits[0].score, tuple(hits[1:]))

    def _is_sure(self, question: str, near: Floats, length: float) -> bool:
        """Whether the nearest article is about what is asked, by what `WEIGHTS` speaks of."""
        number = len(self._articles)
        best = int(near[:number].argmax())
        if not self._agreement.tells_side(question, best):
            return False
        nearest, floor = float(near[best]), self._floor(near)
        after = max(
            float(np.partition(near[:number], -2)[-2]) if number > 1 else 0.0, _UNRELATED / 10
        )
        over_next = min(math.log(nearest / after), MOST_OVER_NEXT)
        if over_next < math.log(STANDS_OUT):
            return False
        sum_of_all = (
            WEIGHTS.over_not_covered * math.log(nearest / floor)
            + WEIGHTS.over_next * over_next
            + WEIGHTS.nearness * nearest
            + WEIGHTS.things * self._agreement.things_met(question, best)
            + WEIGHTS.length * math.log(max(length, 1.0))
        )
        knows_meaning = self._likeness is not None and self._likeness.is_ready
        return sum_of_all >= (ANSWER_BAR_WITH_MEANING if knows_meaning else ANSWER_BAR)


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

    def nearness(self, question: str) -> tuple[Floats, float]:
        """The cosine of the question with each bag, and the question's length."""
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
        length = math.sqrt(total)
        return (near / length if total else near), length


def not_covered_in(path: Path) -> dict[str, list[str]]:
    """Topics of questions that no article answers, each with ways of asking."""
    topics: dict[str, list[str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return topics


def _letters(question: str) -> str:
    return "".join(character for character in normalise(question) if character.isalnum())


def _counts(asked: Iterable[str], passages: Iterable[str] = ()) -> Counter[str]:
    """Terms of all texts, each marked with the way of looking that it is from; things only of what
    is asked, because an article's body names many in passing."""
    counts: Counter[str] = Counter()
    for text in asked:
        counts.update("t" + thing for thing in things_of(text))
        counts.update(_words_and_runs(text))
    for text in passages:
        counts.update(_words_and_runs(text))
    return counts


def _words_and_runs(text: str) -> dict[str, int]:
    words, _, characters, syllables = terms_of(text, cutter().lcut)
    return {
        **{"w" + word: n for word, n in words.items()},
        **{"c" + run: n for run, n in characters.items() if len(run) <= LONGEST_RUN},
        **{"s" + run: n for run, n in syllables.items() if len(run) <= LONGEST_RUN},
    }
