"""Whether an article is about what a question is about, and not only worded like it.

A question names things (身份证, 老年卡) and sides of them (招聘, 选购). The article has a thing
when its title and its questions name it; a body names much in passing (带身份证).
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from nlu.articles.topics import LONGEST_TEXT, aspects, objects
from nlu.language.text import normalise, remove_disfluencies

# What a thing counts for by where the article names it.
_OFTEN, _ONCE, _IN_PASSING = 1.0, 0.7, 0.3


@dataclass(frozen=True)
class _About:
    things: Counter[str]  # in how many of its title and questions each is named
    in_passing: frozenset[str]
    sides: frozenset[str]


class Agreement:
    """Of each article what it is asked with (title first), and its body."""

    def __init__(self, asked: Sequence[Sequence[str]], bodies: Sequence[str]) -> None:
        self._articles = [_about(a, body) for a, body in zip(asked, bodies, strict=True)]
        holders = Counter(thing for about in self._articles for thing in about.things)
        number = len(self._articles) + 1
        self._rarity = {thing: math.log(number / (n + 0.5)) for thing, n in holders.items()}
        self._rarest = math.log(number / 0.5)

    def things_met(self, question: str, article: int) -> float:
        """The share of the question's things that the article has; a rare one counts for more."""
        about, met, total = self._articles[article], 0.0, 0.0
        for thing in set(things_of(question)):
            rarity = max(self._rarity.get(thing, self._rarest), 0.01)
            total += rarity
            met += rarity * _has(about, thing)
        return met / total if total else 1.0

    def tells_side(self, question: str, article: int) -> bool:
        """Whether the article tells every side that the question asks about."""
        return self._articles[article].sides.issuperset(_sides_of(question))


def things_of(text: str) -> list[str]:
    return objects().of(_plain(text))


def _sides_of(text: str) -> list[str]:
    return aspects().of(_plain(text))


def _about(asked: Sequence[str], body: str) -> _About:
    things = Counter(thing for text in asked for thing in set(things_of(text)))
    sides = frozenset(side for text in (*asked, body) for side in _sides_of(text))
    return _About(things, frozenset(things_of(body)), sides)


def _has(about: _About, thing: str) -> float:
    if about.things[thing]:
        return _OFTEN if about.things[thing] > 1 else _ONCE
    return _IN_PASSING if thing in about.in_passing else 0.0


def _plain(text: str) -> str:
    return remove_disfluencies(normalise(text[:LONGEST_TEXT])).lower().replace(" ", "")
