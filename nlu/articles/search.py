"""Search in the knowledge articles: the article that answers a question, if there is one.

An article, with its text and its listed questions, is a bag of words, character n-grams, syllable
n-grams (for misheard words) and objects (`nlu.articles.topics`). The similarity is the cosine of
TF-IDF vectors. Questions that no article covers have bags too, from `data/not_covered.yml`; when
one of them is about as similar, there is no answer. There is no answer either when the article is
about another object or lacks the aspect of the question (`nlu.articles.agreement`).
"""

import math
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np

from nlu.articles.agreement import Agreement, ReadObjects, objects_of
from nlu.city.loaded import cutter
from nlu.classifiers.linear import Floats
from nlu.classifiers.meaning import SentenceEncoder, SimilarityIndex
from nlu.folders import parse_yaml
from nlu.language.terms import terms_of
from nlu.language.text import is_blank, normalise


# Fitted by logistic regression with cross-validation: on questions of the articles, on similar
# questions that no article covers, and on an older held-out set.
@dataclass(frozen=True)
class Weights:
    """Weights of the evidence for an answer."""

    over_not_covered: float = 2.6  # log ratio to the most similar uncovered question
    over_next: float = 1.2  # log ratio to the next article
    similarity: float = 23.0  # cosine
    objects: float = 1.6  # share of the question's objects that the article covers
    length: float = 1.5  # log length of the question, as long ones have lower cosines


WEIGHTS = Weights()
ANSWER_BAR = 9.5  # threshold of the weighted sum
# Weight of the semantic similarity (`nlu.classifiers.meaning`); a larger one overrides the words.
MEANING_SHARE = 0.15
ANSWER_BAR_WITH_MEANING = ANSWER_BAR + 1.6  # the vectors of any two questions are somewhat similar
MOST_OVER_NEXT = 1.5  # cap of the log ratio to the next article
# Of two articles with nearly the same similarity, neither is the answer: both are offered.
STANDS_OUT = 1.08  # least ratio to the next article
CANDIDATE_BAR = 0.2  # least score of a candidate, from 0 to 1
LONGEST_QUESTION = 400  # characters read

_UNRELATED = 0.03  # cosine of unrelated texts, by common words alone
_SHARE = {
    "w": 1.0,
    "c": 1.0,
    "s": 0.3,
    "t": 1.0,
}  # weight of words, character and syllable n-grams, objects
LONGEST_NGRAM = 2  # of n-grams; longer ones add no accuracy and most of the memory
# A YAML block between two --- lines, then the body
_FRONT = re.compile(r"\A---\s*\n(.*?)\n---\s*\n?(.*)\Z", re.DOTALL)


@dataclass(frozen=True)
class Article:
    """A knowledge article."""

    id: str
    title: str
    domain: str
    questions: tuple[str, ...]
    office: str
    checked: date | None
    body: str


@dataclass(frozen=True)
class Hit:
    """An article with its score, from 0 to 1: s / (s + floor), with the similarity s."""

    article: Article
    score: float


@dataclass(frozen=True)
class Answer:
    """`article` is set only above the threshold; `candidates` are offered beside it or instead."""

    article: Article | None
    score: float
    candidates: tuple[Hit, ...]


def load(folder: Path) -> list[Article]:
    """Articles of every Markdown file in `folder`. Raises ValueError (see `read`)."""
    return [read(path) for path in sorted(folder.glob("*.md"))]


def read(path: Path) -> Article:
    """Read a Markdown file with a YAML block at its start. Raises ValueError for a bad block."""
    match = _FRONT.match(path.read_text(encoding="utf-8"))
    front: Any = parse_yaml(match.group(1)) if match else None
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
    """Index over articles; `meaning` adds semantic similarity once its vectors are ready."""

    def __init__(
        self,
        articles: Sequence[Article],
        not_covered: Mapping[str, Sequence[str]] | None = None,
        meaning: SentenceEncoder | None = None,
    ) -> None:
        self._articles = tuple(articles)
        self._as_listed = {_letters(q): a for a in articles for q in (a.title, *a.questions)}
        questions = questions_of(articles, not_covered)
        bodies = [[a.body, a.office] for a in articles]
        # Twice, for the bags and for the agreement, but each text is read once.
        read_objects = lru_cache(maxsize=None)(objects_of)
        self._bags = _Bags(
            _counts(a, b, read_objects) for a, b in zip_longest(questions, bodies, fillvalue=())
        )
        self._agreement = Agreement(
            questions[: len(articles)], [a.body for a in articles], read_objects
        )
        self._semantic = SimilarityIndex(meaning, questions) if meaning else None

    def search(self, question: str, *, limit: int = 5) -> list[Hit]:
        """The most similar articles, best first, each with a score from 0 to 1."""
        similarities, _ = self._all_similarities(question[:LONGEST_QUESTION])
        return self._hits(question, similarities, limit)

    def _hits(self, question: str, similarities: Floats, limit: int) -> list[Hit]:
        listed = self._as_listed.get(_letters(question))
        floor = self._floor(similarities)
        order = np.argsort(-similarities[: len(self._articles)], kind="stable")[:limit].tolist()
        hits = [
            Hit(
                self._articles[index],
                round(float(similarities[index] / (similarities[index] + floor)), 4),
            )
            for index in order
            if self._articles[index] is not listed
        ]
        best = [Hit(listed, 1.0)] if listed else []
        return [*best, *(hit for hit in hits if hit.score >= CANDIDATE_BAR)][:limit]

    def _floor(self, similarities: Floats) -> float:
        """Similarity to the nearest uncovered question, at least that of unrelated texts."""
        return max(_UNRELATED, float(similarities[len(self._articles) :].max(initial=0.0)))

    def _all_similarities(self, question: str) -> tuple[Floats, float]:
        """Similarity to every bag, and the length (norm) of the question's TF-IDF vector."""
        similarities, length = self._bags.similarities(question)
        semantic = self._semantic.similarities(question) if self._semantic else None
        return similarities if semantic is None else similarities + MEANING_SHARE * semantic, length

    def wait_for_meaning(self) -> None:
        """Block until the semantic vectors are ready, if there are any."""
        if self._semantic:
            self._semantic.wait()

    def answer(self, question: str, *, limit: int = 3) -> Answer:
        """The article that answers a raw question, or candidates, at most `limit`."""
        similarities, length = self._all_similarities(question[:LONGEST_QUESTION])
        hits = self._hits(question, similarities, limit + 1)
        if not hits:
            return Answer(None, 0.0, ())
        if hits[0].score < 1 and not self._is_sure(
            question[:LONGEST_QUESTION], similarities, length
        ):
            return Answer(None, hits[0].score, tuple(hits[:limit]))
        return Answer(hits[0].article, hits[0].score, tuple(hits[1:]))

    def _is_sure(self, question: str, similarities: Floats, length: float) -> bool:
        """True if the evidence for the most similar article reaches the threshold."""
        number = len(self._articles)
        best = int(similarities[:number].argmax())
        if not self._agreement.covers_aspects(question, best):
            return False
        similarity, floor = float(similarities[best]), self._floor(similarities)
        next_similarity = max(
            float(np.partition(similarities[:number], -2)[-2]) if number > 1 else 0.0,
            _UNRELATED / 10,
        )
        over_next = min(math.log(similarity / next_similarity), MOST_OVER_NEXT)
        if over_next < math.log(STANDS_OUT):
            return False
        evidence = (
            WEIGHTS.over_not_covered * math.log(similarity / floor)
            + WEIGHTS.over_next * over_next
            + WEIGHTS.similarity * similarity
            + WEIGHTS.objects * self._agreement.object_overlap(question, best)
            + WEIGHTS.length * math.log(max(length, 1.0))
        )
        knows_meaning = self._semantic is not None and self._semantic.is_ready
        return evidence >= (ANSWER_BAR_WITH_MEANING if knows_meaning else ANSWER_BAR)


def questions_of(
    articles: Sequence[Article], not_covered: Mapping[str, Sequence[str]] | None
) -> list[list[str]]:
    """Questions of each article (title first), then of each topic that no article covers."""
    of_articles = [[article.title, *article.questions] for article in articles]
    return [*of_articles, *(list(questions) for questions in (not_covered or {}).values())]


class _Bags:
    """Inverted index over bags of terms.

    The postings of all terms are in long arrays; a short array for each of 90,000 terms would take
    100 MB.
    """

    def __init__(self, bags: Iterable[Counter[str]]) -> None:
        rows: dict[str, int] = {}
        row_of, bag_of, term_counts = array("L"), array("h"), array("f")
        bag_count = 0
        for bag, counts in enumerate(bags):
            bag_count = bag + 1
            row_of.extend(rows.setdefault(term, len(rows)) for term in counts)
            bag_of.extend(bag for _ in counts)
            term_counts.extend(counts.values())
        term_rows, bag_numbers = np.array(row_of, np.int64), np.array(bag_of, np.int16)
        self._rows, self._number = rows, bag_count
        self._rarest = math.log((bag_count + 1) / 0.5)
        rarity = np.log((bag_count + 1) / (np.bincount(term_rows, minlength=len(rows)) + 0.5))
        self._rarity = (rarity * [_SHARE[term[0]] for term in rows]).astype(np.float32)
        weights = (1 + np.log(np.array(term_counts))) * self._rarity[term_rows]
        lengths = np.sqrt(np.bincount(bag_numbers, weights**2, minlength=bag_count))
        order = np.argsort(term_rows, kind="stable")
        self._starts = np.searchsorted(term_rows[order], np.arange(len(rows) + 1))
        self._bag_numbers = bag_numbers[order]
        self._weights = (weights / lengths[bag_numbers])[order].astype(np.float32)

    def similarities(self, question: str) -> tuple[Floats, float]:
        """Cosine of the question with each bag, and the norm of the question's vector."""
        similarities = np.zeros(self._number, np.float32)
        total = 0.0
        for term, n in () if is_blank(question) else _counts([question]).items():
            row = self._rows.get(term)
            rarity = self._rarest * _SHARE[term[0]] if row is None else float(self._rarity[row])
            value = (1 + math.log(n)) * rarity
            total += value * value
            if row is not None:
                holders = slice(self._starts[row], self._starts[row + 1])
                similarities[self._bag_numbers[holders]] += value * self._weights[holders]
        length = math.sqrt(total)
        return (similarities / length if total else similarities), length


def not_covered_in(path: Path) -> dict[str, list[str]]:
    """Read the topics that no article covers, each with its questions."""
    topics: dict[str, list[str]] = parse_yaml(path.read_text(encoding="utf-8"))
    return topics


def _letters(question: str) -> str:
    return "".join(character for character in normalise(question) if character.isalnum())


def _counts(
    questions: Iterable[str],
    passages: Iterable[str] = (),
    objects_of: ReadObjects = objects_of,
) -> Counter[str]:
    """Terms of all texts, each prefixed with the letter of its feature group.

    Objects are taken from the questions only, since the body of an article names incidental ones.
    """
    counts: Counter[str] = Counter()
    for text in questions:
        counts.update("t" + name for name in objects_of(text))
        counts.update(_words_and_ngrams(text))
    for text in passages:
        counts.update(_words_and_ngrams(text))
    return counts


def _words_and_ngrams(text: str) -> dict[str, int]:
    words, _, characters, syllables = terms_of(text, cutter().lcut)
    return {
        **{"w" + word: n for word, n in words.items()},
        **{"c" + ngram: n for ngram, n in characters.items() if len(ngram) <= LONGEST_NGRAM},
        **{"s" + ngram: n for ngram, n in syllables.items() if len(ngram) <= LONGEST_NGRAM},
    }
