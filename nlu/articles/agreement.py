"""Agreement of a question and an article in the objects and aspects that they name.

A question names objects (身份证, 老年卡) and aspects (招聘, 选购). An article covers an object that
its title or its questions name. Its body also names incidental objects (带身份证).
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nlu.articles.topics import LONGEST_TEXT, aspects, objects
from nlu.language.text import normalise, remove_disfluencies

# Coverage of an object that several of the questions name, or one, or only the body.
_SEVERAL, _ONCE, _IN_PASSING = 1.0, 0.7, 0.3


@dataclass(frozen=True)
class _About:
    objects_named: Counter[str]  # number of titles and questions that name each object
    in_passing: frozenset[str]
    aspects_named: frozenset[str]


ReadObjects = Callable[[str], list[str]]


def objects_of(text: str) -> list[str]:
    """Objects that a raw text names, in order, with repetitions."""
    return objects().of(_plain(text))


class Agreement:
    """Objects and aspects of all articles.

    `titles_and_questions` has a list for each article, `bodies` its text; `read_objects` may
    remember texts that the caller has read.
    """

    def __init__(
        self,
        titles_and_questions: Sequence[Sequence[str]],
        bodies: Sequence[str],
        read_objects: ReadObjects = objects_of,
    ) -> None:
        self._articles = [
            _about(a, body, read_objects)
            for a, body in zip(titles_and_questions, bodies, strict=True)
        ]
        document_counts = Counter(name for about in self._articles for name in about.objects_named)
        number = len(self._articles) + 1
        self._rarity = {name: math.log(number / (n + 0.5)) for name, n in document_counts.items()}
        self._rarest = math.log(number / 0.5)

    def object_overlap(self, question: str, article: int) -> float:
        """Share of the question's objects that the article covers, from 0 to 1.

        Objects are weighted by their inverse document frequency. 1 for a question without objects.
        """
        about, overlap, total = self._articles[article], 0.0, 0.0
        for name in set(objects_of(question)):
            rarity = max(self._rarity.get(name, self._rarest), 0.01)
            total += rarity
            overlap += rarity * _coverage(about, name)
        return overlap / total if total else 1.0

    def covers_aspects(self, question: str, article: int) -> bool:
        """True if the article mentions every aspect that the question names."""
        return self._articles[article].aspects_named.issuperset(_aspects_of(question))


def _aspects_of(text: str) -> list[str]:
    return aspects().of(_plain(text))


def _about(titles_and_questions: Sequence[str], body: str, read_objects: ReadObjects) -> _About:
    objects_named = Counter(
        name for text in titles_and_questions for name in set(read_objects(text))
    )
    aspects_named = frozenset(
        name for text in (*titles_and_questions, body) for name in _aspects_of(text)
    )
    return _About(objects_named, frozenset(read_objects(body)), aspects_named)


def _coverage(about: _About, name: str) -> float:
    if about.objects_named[name]:
        return _SEVERAL if about.objects_named[name] > 1 else _ONCE
    return _IN_PASSING if name in about.in_passing else 0.0


def _plain(text: str) -> str:
    return remove_disfluencies(normalise(text[:LONGEST_TEXT])).lower().replace(" ", "")
