"""The city's own names, read once in a process: its places, and words that keep them whole."""

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
from nlu.language.words import cutter as words_and

SHORTEST_NAME = 3  # characters; the common words of two are in jieba's dictionary


@cache
def gazetteer() -> Gazetteer:
    return Gazetteer.load(DATA / "areas")


@cache
def power_list() -> PowerList:
    return PowerList.load(DATA / "power_list")


@cache
def duties() -> Duties:
    return Duties.load(DATA / "duties.csv")


@cache
def cutter() -> Cutter:
    """Cuts a text into words and never cuts a place or a matter of the power list apart."""
    return words_and(name for name in names() if len(name) >= SHORTEST_NAME)


def names() -> Iterator[str]:
    for path in sorted((DATA / "areas").glob("*.csv")):
        if path.name == "counties.csv":
            continue  # of other cities
        with path.open(encoding="utf-8") as rows:
            yield from (row["name"] for row in csv.DictReader(rows))
    for item in power_list().items:
        yield from item.keywords


@cache
def elsewhere() -> Elsewhere:
    return Elsewhere.load(DATA / "areas", gazetteer())


@cache
def pin_map() -> PinMap:
    return PinMap.load(DATA / "areas")
