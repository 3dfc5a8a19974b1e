"""Decides whether a number of people is a burst, and when a burst is over. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from backend.alerts.baseline import chance_of
from backend.alerts.thresholds import Thresholds


class Series(NamedTuple):
    """Cases that are counted together: those of an area (None: the city) and a domain or item."""

    area: str | None
    domain: str | None
    item: str | None = None  # of the power list; None: all items of the domain

    def is_related(self, other: "Series") -> bool:
        """True if one burst can be in both: 330106002 is a street of 330106."""
        if self.domain != other.domain or len({self.item, other.item} - {None}) > 1:
            return False
        first, second = self.area or "", other.area or ""
        return first.startswith(second) or second.startswith(first)

    def is_wider(self, other: "Series") -> bool:
        """True if the area is wider, of the same matter."""
        same_matter = (self.domain, self.item) == (other.domain, other.item)
        own, others = self.area or "", other.area or ""
        return same_matter and own != others and others.startswith(own)


def series_of(
    *, street: str | None, district: str | None, domain: str | None, item: str | None
) -> list[Series]:
    """All series that a case is counted in, the finest first."""
    areas = [area for area in (street, district) if area]
    fine = [Series(area, domain, item) for area in (*areas, None)] if item else []
    return [*fine, *(Series(area, domain) for area in (*areas, None))]


@dataclass(frozen=True)
class Excess:
    """More people than usual in the last `hours`."""

    hours: int
    people: int
    usual: float
    chance: float


def excess_of(
    people: Mapping[int, int], usual: Mapping[int, float], rules: Thresholds
) -> Excess | None:
    """The least probable excess over the windows, by hours; None if there is none."""
    excesses = []
    for hours, number in people.items():
        if number < max(float(rules.people_from), rules.ratio * usual[hours]):
            continue
        chance = chance_of(number, usual[hours])
        if chance <= rules.chance:
            excesses.append(Excess(hours, number, usual[hours], chance))
    return min(excesses, key=lambda excess: excess.chance, default=None)


def surge_of(others: int, usual: float) -> float:
    """Ratio of all other domains to their usual level; at least 1.

    In a storm everything is more frequent, and that alone is no burst of each series.
    """
    return max(1.0, others / usual) if usual > 0 else 1.0


def is_calm(people: int, usual: float, rules: Thresholds) -> bool:
    """True if the people of the last `calm_hours` are about usual again."""
    return people < max(float(rules.people_from), rules.calm_ratio * usual)
