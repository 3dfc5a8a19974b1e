"""The city's data, each loaded once per process."""

import csv
from collections.abc import Iterator
from functools import cache

from nlu.city.duties import Duties
from nlu.city.power_list import PowerList
from nlu.folders import DATA
from nlu.gazetteer.elsewhere import Elsewhere
from nlu.gazetteer.pins import PinMap
from nlu.gazetteer.places import Gazetteer
from nlu.language.words import Cutter
from nlu.language.words import cutter as tokenizer_with

SHORTEST_NAME = 3  # characters; names of two are in jieba's dictionary


@cache
def gazetteer() -> Gazetteer:
    """Place names of the city."""
    return Gazetteer.load(DATA / "areas")


@cache
def power_list() -> PowerList:
    """The power list."""
    return PowerList.load(DATA / "power_list")


@cache
def duties() -> Duties:
    """The table of duties, for the unit types of the power list."""
    unit_types = {code for item in power_list().items for code in item.unit_types}
    return Duties.load(DATA / "duties.csv", unit_types)


@cache
def cutter() -> Cutter:
    """Tokenizer that keeps place names and keywords of the power list whole."""
    return tokenizer_with(name for name in names() if len(name) >= SHORTEST_NAME)


def names() -> Iterator[str]:
    """Place names of the city and keywords of the power list, for the tokenizer."""
    for path in sorted((DATA / "areas").glob("*.csv")):
        if path.name == "counties.csv":
            continue  # names of other cities
        with path.open(encoding="utf-8") as rows:
            yield from (row["name"] for row in csv.DictReader(rows))
    for item in power_list().items:
        yield from item.keywords


@cache
def elsewhere() -> Elsewhere:
    """Finder of places outside the city."""
    return Elsewhere.load(DATA / "areas", gazetteer())


@cache
def pin_map() -> PinMap:
    """Coordinates of the city's areas."""
    return PinMap.load(DATA / "areas")
