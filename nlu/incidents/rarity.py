"""Rarity of terms: inverse document frequency over the messages and a background of appeals."""

import math
from collections import Counter
from collections.abc import Iterable

from nlu.classifiers.linear import LinearModel
from nlu.incidents.features import CONCEPT_MARK

_PRIOR_MESSAGES = 150  # weight of the background against few messages
_CONCEPT_SHARE = 0.02  # of the appeals that mention a thing, in the mean


class Rarity:
    """Counts in how many messages each term occurs; a common word of appeals is never rare."""

    def __init__(self, background: LinearModel | None = None) -> None:
        self._messages = 0
        self._counts: Counter[str] = Counter()
        self._background: dict[str, float] = {}
        if background is not None:
            words = background.groups[0]
            self._background = {
                word: float(words.rarity[column]) - 1 for word, column in words.columns.items()
            }
        self._rarest = max(self._background.values(), default=math.log(_PRIOR_MESSAGES))

    def add(self, terms: Iterable[str]) -> None:
        """Count the terms of one more message."""
        self._messages += 1
        self._counts.update(terms)

    def of(self, term: str) -> float:
        """Rarity from 0 (in each message): the smaller one of background and messages."""
        if term.startswith(CONCEPT_MARK):
            background = -math.log(_CONCEPT_SHARE)
        else:
            background = self._background.get(term, self._rarest)
        share = self._counts[term] / (self._messages + _PRIOR_MESSAGES)
        return min(background, -math.log(share)) if share else background
