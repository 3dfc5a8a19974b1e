"""Whether two appeals tell of the same thing: by place, matter, days between and words. Pure.

Each gives its share, and the sum has to reach a bar. Words alone never do: 没人管 is in half of all
appeals. Place and matter nearly do: neighbours tell of one drill in very different words.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from nlu.language.overlap import overlap


class Place(StrEnum):
    HERE = "here"  # the same estate, road or community, or pins next to each other
    STREET = "street"
    DISTRICT = "district"
    UNKNOWN = "unknown"  # one of them does not say

    @property
    def label(self) -> str:
        return _PLACES[self]


class Matter(StrEnum):
    ITEM = "item"  # of the power list
    DOMAIN = "domain"

    @property
    def label(self) -> str:
        return _MATTERS[self]


_PLACES = {
    Place.HERE: "同一个地方",
    Place.STREET: "同一个街道",
    Place.DISTRICT: "同一个区",
    Place.UNKNOWN: "有一件没说地点",
}
_MATTERS = {Matter.ITEM: "同一个事项", Matter.DOMAIN: "同一类事"}
_PLACE_SHARE = {Place.HERE: 0.45, Place.STREET: 0.30, Place.DISTRICT: 0.12, Place.UNKNOWN: 0.20}
_MATTER_SHARE = {Matter.ITEM: 0.30, Matter.DOMAIN: 0.12}
_WORDS_SHARE, _DAYS_SHARE = 0.25, 0.10
SAME_INCIDENT = 0.60  # of two residents
SAME_APPEAL = 0.50  # of one and the same: nobody has many matters at one time
LONGEST_APART = timedelta(days=30)
NEXT_DOOR_KM, SAME_STREET_KM = 0.3, 2.0
_SHOWN_WORDS = 0.2  # less is chance, and no reason to show


@dataclass(frozen=True)
class Told:
    """An appeal, as far as it can be compared with another."""

    pairs: frozenset[str]  # of its words: `nlu.language.overlap`
    at: datetime
    item: str | None = None
    domain: str | None = None
    names: frozenset[str] = frozenset()  # of estates and roads
    district: str | None = None
    street: str | None = None
    community: str | None = None
    pin: tuple[float, float] | None = None  # latitude, longitude


@dataclass(frozen=True)
class Likeness:
    place: Place
    matter: Matter
    days: int
    words: float

    @property
    def score(self) -> float:
        return (
            _PLACE_SHARE[self.place]
            + _MATTER_SHARE[self.matter]
            + _WORDS_SHARE * self.words
            - _DAYS_SHARE * min(1.0, self.days / LONGEST_APART.days)
        )

    @property
    def reasons(self) -> list[str]:
        return list(self._reasons())

    def _reasons(self) -> Iterator[str]:
        yield self.place.label
        yield self.matter.label
        yield f"相隔 {self.days} 天" if self.days else "同一天"
        if self.words >= _SHOWN_WORDS:
            yield f"用词 {self.words:.0%} 相同"


def compare(one: Told, other: Told) -> Likeness | None:
    """None when the place or the matter is another."""
    place, matter = _place(one, other), _matter(one, other)
    apart = abs(one.at - other.at)
    if place is None or matter is None or apart > LONGEST_APART:
        return None
    return Likeness(place, matter, apart.days, overlap(one.pairs, other.pairs))


def _matter(one: Told, other: Told) -> Matter | None:
    if one.item is not None and one.item == other.item:
        return Matter.ITEM
    return Matter.DOMAIN if one.domain is not None and one.domain == other.domain else None


def _place(one: Told, other: Told) -> Place | None:
    if one.district is None or other.district is None:
        return Place.UNKNOWN
    if one.district != other.district:
        return None
    km = _km(one.pin, other.pin) if one.pin and other.pin else None
    if (km is not None and km <= NEXT_DOOR_KM) or one.names & other.names:
        return Place.HERE
    apart = bool(one.names and other.names) or (km is not None and km > SAME_STREET_KM)
    if apart:
        return Place.DISTRICT  # each names a place of its own
    if one.community is not None and one.community == other.community:
        return Place.HERE
    same_street = one.street is not None and one.street == other.street
    return Place.STREET if same_street else Place.DISTRICT


def _km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Within a city the earth is flat."""
    north = (one[0] - other[0]) * 111.2
    east = (one[1] - other[1]) * 111.2 * math.cos(math.radians(one[0]))
    return math.hypot(north, east)
