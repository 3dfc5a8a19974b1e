"""Profile of a group of messages, and the likeness of two groups.

A single message is a group of one. The likeness is a sum: cosine of the words, a bonus for the
same site or a malus for different ones, a bonus for the same day or a malus for weeks between. The
numbers were chosen by random search on two thirds of `tests/eval/incidents.jsonl`, among 1,600
lines of `data/appeals` that tell of nothing together.
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
_LEAST_RARITY = 1.5  # of a term that is compared
# Estates, roads, villages, towns: bonus for a rare name, malus for different or missing ones
_SAME_SITE, _OTHER_SITE, _UNKNOWN_SITE = 0.19, 0.4, 0.05
# Districts
_SAME_AREA, _OTHER_AREA = 0.03, 0.25
_NEAR, _NEAR_DAYS = 0.07, 0.5  # bonus at once; falls by e in so many days
_FAR, _FAR_DAYS = 0.42, 50.0  # malus from so many days on; grows evenly before
_DAY = timedelta(days=1)


@dataclass
class Profile:
    """Sum of the features of a group's messages."""

    terms: dict[str, float]
    sites: Counter[str] = field(default_factory=Counter)
    areas: Counter[str] = field(default_factory=Counter)
    place_rarity: dict[str, float] = field(default_factory=dict)
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
        {name: rarity.of_place(name) for name in features.places.sites | features.places.areas},
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
        first.place_rarity | second.place_rarity,
        min(starts, default=None),
        max(ends, default=None),
    )


def _heaviest(terms: Mapping[str, float], most: int) -> dict[str, float]:
    if len(terms) <= most:
        return dict(terms)
    return dict(nlargest(most, terms.items(), key=lambda entry: (entry[1], entry[0])))


def likeness(first: Profile, second: Profile) -> float:
    """Likeness of two groups: about 0 for unrelated ones, 1 and more for copies."""
    return cosine(first, second) + _place_share(first, second) + _time_share(first, second)


def cosine(first: Profile, second: Profile) -> float:
    """Cosine of the two groups' terms, from 0 to 1."""
    if not first.norm or not second.norm:
        return 0.0
    fewer, more = sorted((first.terms, second.terms), key=len)
    product = sum(weight * more[term] for term, weight in fewer.items() if term in more)
    return product / (first.norm * second.norm)


def _place_share(first: Profile, second: Profile) -> float:
    rarity = first.place_rarity | second.place_rarity
    by_site = agreement(first.sites, second.sites)
    by_area = agreement(first.areas, second.areas)
    share = _name_share(by_site, rarity, _SAME_SITE, _OTHER_SITE)
    share += _name_share(by_area, rarity, _SAME_AREA, _OTHER_AREA)
    return share - _UNKNOWN_SITE if by_site is None else share


def _name_share(
    agreed: tuple[float, str] | None, rarity: Mapping[str, float], bonus: float, malus: float
) -> float:
    """Bonus for one name, the rarer the more, or malus for different ones."""
    if agreed is None:
        return 0.0
    share, name = agreed
    return bonus * share * rarity.get(name, 0.0) - malus * (1 - share)


def _time_share(first: Profile, second: Profile) -> float:
    """Bonus for the same day, malus for weeks apart; 0 when a time is unknown."""
    if first.first is None or second.first is None or first.last is None or second.last is None:
        return 0.0
    gap = max(second.first - first.last, first.first - second.last, timedelta()) / _DAY
    return _NEAR * math.exp(-gap / _NEAR_DAYS) - _FAR * min(1.0, gap / _FAR_DAYS)
