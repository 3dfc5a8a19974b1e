"""Likeness of two appeals: a score from place, matter, days between and words. Pure.

The sum of the four shares must reach a bar. Words alone never do: 没人管 is in half of all appeals.
Place and matter nearly do: neighbours describe one incident in very different words.
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
    UNKNOWN = "unknown"  # one of the appeals has no place

    @property
    def label(self) -> str:
        return _PLACES[self]


class Matter(StrEnum):
    ITEM = "item"  # the same item of the power list
    DOMAIN = "domain"  # only the same domain

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
SAME_INCIDENT = 0.60  # bar for appeals of two residents
SAME_APPEAL = 0.50  # bar for appeals of one resident, who rarely has several matters
LONGEST_APART = timedelta(days=30)
NEXT_DOOR_KM, SAME_STREET_KM = 0.3, 2.0
_SHOWN_WORDS = 0.2  # a smaller overlap is chance and not shown as a reason


@dataclass(frozen=True)
class Comparable:
    """The features of an appeal that are compared."""

    pairs: frozenset[str]  # character pairs of the text: `nlu.language.overlap`
    at: datetime
    item: str | None = None
    domain: str | None = None
    names: frozenset[str] = frozenset()  # of the estates and roads in it
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


def compare(first: Comparable, second: Comparable) -> Likeness | None:
    """None when the places or matters differ, or the appeals are too far apart in time."""
    place, matter = _place(first, second), _matter(first, second)
    apart = abs(first.at - second.at)
    if place is None or matter is None or apart > LONGEST_APART:
        return None
    return Likeness(place, matter, apart.days, overlap(first.pairs, second.pairs))


def _matter(first: Comparable, second: Comparable) -> Matter | None:
    if first.item is not None and first.item == second.item:
        return Matter.ITEM
    return Matter.DOMAIN if first.domain is not None and first.domain == second.domain else None


def _place(first: Comparable, second: Comparable) -> Place | None:
    if first.district is None or second.district is None:
        return Place.UNKNOWN
    if first.district != second.district:
        return None
    km = _km(first.pin, second.pin) if first.pin and second.pin else None
    if (km is not None and km <= NEXT_DOOR_KM) or first.names & second.names:
        return Place.HERE
    is_apart = bool(first.names and second.names) or (km is not None and km > SAME_STREET_KM)
    if is_apart:
        return Place.DISTRICT  # each names a different place
    if first.community is not None and first.community == second.community:
        return Place.HERE
    same_street = first.street is not None and first.street == second.street
    return Place.STREET if same_street else Place.DISTRICT


def _km(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Distance on a flat earth, exact enough within a city."""
    north = (first[0] - second[0]) * 111.2
    east = (first[1] - second[1]) * 111.2 * math.cos(math.radians(first[0]))
    return math.hypot(north, east)
