"""Profile of a group of messages, and the likeness of two groups.

A single message is a group of one. The likeness is a sum: cosine of the words, a bonus for the
same site or a malus for different ones, and a malus for the days between the groups.
"""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import nlargest

from nlu.incidents.features import TextFeatures
from nlu.incidents.message import Message
from nlu.incidents.places import agreement
from nlu.incidents.rarity import Rarity

_MOST_TERMS = 60  # of one message
_MOST_GROUP_TERMS = 150
_LEAST_RARITY = 1.5
_SAME_SITE, _OTHER_SITE, _SAME_AREA, _OTHER_AREA = 0.2, 0.25, 0.05, 0.1
_FAR, _FAR_APART = 0.25, timedelta(days=60)


@dataclass
class Profile:
    """Sum of the features of a group's messages."""

    terms: dict[str, float]
    sites: Counter[str] = field(default_factory=Counter)
    areas: Counter[str] = field(default_factory=Counter)
    first: datetime | None = None
    last: datetime | None = None
    norm: float = 0.0

    def __post_init__(self) -> None:
        self.norm = math.sqrt(sum(weight * weight for weight in self.terms.values()))


def profile_of(message: Message, features: TextFeatures, rarity: Rarity) -> Profile:
    """Profile of one message; its terms have norm 1."""
    weights = {term: share * rarity.of(term) for term, share in features.terms.items()}
    telling = {term: weight for term, weight in weights.items() if weight >= _LEAST_RARITY}
    terms = _heaviest(telling, _MOST_TERMS)
    norm = math.sqrt(sum(weight * weight for weight in terms.values())) or 1.0
    return Profile(
        {term: weight / norm for term, weight in terms.items()},
        Counter(features.places.sites),
        Counter(features.places.areas),
        message.at,
        message.at,
    )


def merge(first: Profile, second: Profile) -> Profile:
    """Profile of the two groups together."""
    terms = dict(first.terms)
    for term, weight in second.terms.items():
        terms[term] = terms.get(term, 0.0) + weight
    starts = [at for at in (first.first, second.first) if at is not None]
    ends = [at for at in (first.last, second.last) if at is not None]
    return Profile(
        _heaviest(terms, _MOST_GROUP_TERMS),
        first.sites + second.sites,
        first.areas + second.areas,
        min(starts, default=None),
        max(ends, default=None),
    )


def _heaviest(terms: Mapping[str, float], most: int) -> dict[str, float]:
    if len(terms) <= most:
        return dict(terms)
    return dict(nlargest(most, terms.items(), key=lambda entry: (entry[1], entry[0])))


def likeness(first: Profile, second: Profile) -> float:
    """Likeness of two groups: about 0 for unrelated ones, 1 and more for copies."""
    return cosine(first, second) + _place_share(first, second) - _FAR * _distance(first, second)


def cosine(first: Profile, second: Profile) -> float:
    """Cosine of the two groups' terms, from 0 to 1."""
    if not first.norm or not second.norm:
        return 0.0
    fewer, more = sorted((first.terms, second.terms), key=len)
    product = sum(weight * more[term] for term, weight in fewer.items() if term in more)
    return product / (first.norm * second.norm)


def _place_share(first: Profile, second: Profile) -> float:
    by_site = agreement(first.sites, second.sites)
    if by_site is not None:
        return _SAME_SITE * by_site - _OTHER_SITE * (1 - by_site)
    by_area = agreement(first.areas, second.areas)
    return 0.0 if by_area is None else _SAME_AREA * by_area - _OTHER_AREA * (1 - by_area)


def _distance(first: Profile, second: Profile) -> float:
    """Time between the groups, from 0 (they overlap, or a time is unknown) to 1."""
    if first.first is None or second.first is None or first.last is None or second.last is None:
        return 0.0
    gap = max(second.first - first.last, first.first - second.last, timedelta())
    return min(1.0, gap / _FAR_APART)
