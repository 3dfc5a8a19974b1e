"""Rarity of terms: inverse document frequency over the messages and a background of appeals."""

import math
from collections import Counter

from nlu.classifiers.linear import LinearModel
from nlu.incidents.features import CONCEPT_MARK, TextFeatures

_PRIOR_MESSAGES = 2000  # weight of the background against few messages
_PRIOR_PLACES = 40
_PLACE_MARK = "@"
_RARE_PLACE = 0.02  # of the messages name a place that is rare
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

    def add(self, features: TextFeatures) -> None:
        """Count the terms and places of one more message."""
        self._messages += 1
        self._counts.update(features.terms)
        names = features.places.sites | features.places.areas
        self._counts.update(f"{_PLACE_MARK}{name}" for name in names)

    def of_place(self, name: str) -> float:
        """Rarity of a place's name, from 0 (in each message) to 1."""
        share = (self._counts[f"{_PLACE_MARK}{name}"] or 1) / (self._messages + _PRIOR_PLACES)
        return min(1.0, math.log(share) / math.log(_RARE_PLACE))

    def of(self, term: str) -> float:
        """Rarity from 0 (in each message): the smaller one of background and messages."""
        if term.startswith(CONCEPT_MARK):
            background = -math.log(_CONCEPT_SHARE)
        else:
            background = self._background.get(term, self._rarest)
        share = self._counts[term] / (self._messages + _PRIOR_MESSAGES)
        return min(background, -math.log(share)) if share else background
