"""Places that a message names, and how far the places of two groups agree."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nlu.city.loaded import gazetteer
from nlu.gazetteer.generic_names import has_proper_name
from nlu.gazetteer.vague import is_vague
from nlu.places.parts import Level, Part, clusters_in

_SHORTEST_NAME = 2  # characters
_SITE_LEVELS = frozenset({Level.STREET, Level.COMMUNITY, Level.SITE})
# Areas that petition boards mask: A市, A7县
_MASKED_AREA = re.compile(r"[A-Z]\d{0,2}(?:市|县|区)")
# A name that its author left out: XX小区, 某路
_MASKED_NAME = re.compile(r"[xX*]{2}|某")
# Endings that residents add or leave out: 翠苑三区小区 is 翠苑三区
_LOOSE_ENDING = re.compile(r"(?:住宅小区|小区|社区|街道|镇|菜市场|项目|楼盘|工地)$")


@dataclass(frozen=True)
class NamedPlaces:
    """Places of one message: sites by their short names, and the areas around them."""

    sites: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    spans: tuple[tuple[int, int], ...] = ()  # of the names in the text


def places_in(text: str) -> NamedPlaces:
    """Places that a normalised text names."""
    mentions = (part for cluster in clusters_in(text, gazetteer()) for part in cluster)
    parts = [part for part in mentions if part.codes or has_proper_name(part.text)]
    sites = {name for part in parts for name in _site_names(part)}
    masked = list(_MASKED_AREA.finditer(text))
    areas = {part.text for part in parts if part.level == Level.DISTRICT}
    areas |= {match[0] for match in masked}
    spans = [(part.start, part.end) for part in parts if part.level <= Level.SITE]
    spans += [match.span() for match in masked]
    return NamedPlaces(frozenset(sites), frozenset(areas), tuple(sorted(spans)))


def _site_names(part: Part) -> Iterator[str]:
    if part.level not in _SITE_LEVELS or is_vague(part.text):
        return
    for name in re.split(r"[与和跟、/]", _MASKED_AREA.sub("", part.text)):
        short = _LOOSE_ENDING.sub("", name)
        if len(short) >= _SHORTEST_NAME and not _MASKED_NAME.search(short):
            yield short


def is_same_place(first: str, second: str) -> bool:
    """True if two names may mean one place: 翠苑 and 翠苑三区, not 翠苑一区 and 翠苑三区.

    Of masked areas A市 is the city around A7县.
    """
    if first in second or second in first:
        return True
    is_masked = _MASKED_AREA.fullmatch(first) and _MASKED_AREA.fullmatch(second)
    return bool(is_masked) and first[0] == second[0] and 2 in (len(first), len(second))


def blank(text: str, places: NamedPlaces) -> str:
    """The text with the names of its places blanked."""
    characters = list(text)
    for start, end in places.spans:
        characters[start:end] = " " * (end - start)
    return "".join(characters)


def agreement(first: Mapping[str, int], second: Mapping[str, int]) -> tuple[float, str] | None:
    """Agreement of two groups' names from 0 to 1, and the name; None when a group has no name.

    The arguments count the messages that say each name. A name that few messages of a group say
    counts less than the name that most of them say.
    """
    if not first or not second:
        return None
    most_first, most_second = max(first.values()), max(second.values())
    shares = (
        (min(count / most_first, other_count / most_second), max(name, other_name, key=len))
        for name, count in first.items()
        for other_name, other_count in second.items()
        if is_same_place(name, other_name)
    )
    return max(shares, default=(0.0, ""))


def commonest(names: Mapping[str, int]) -> tuple[str, int] | None:
    """The name that most messages say, and how many: 翠苑 counts for 翠苑三区 as well.

    Of names with equal counts the one that is written most, then the longest, then by spelling.
    """
    counts = {
        name: sum(count for other, count in names.items() if is_same_place(name, other))
        for name in names
    }
    key = min(counts, key=lambda name: (-counts[name], -names[name], -len(name), name), default="")
    return (key, counts[key]) if key else None
