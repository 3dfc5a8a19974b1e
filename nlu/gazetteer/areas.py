"""Reads the city's place names, and what people say for them, from `data/areas`."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from nlu.gazetteer.place import Place

_STREET_ENDING = re.compile(r"(畲族乡|街道|镇|乡)$")
_DISTRICT_ENDING = re.compile(r"(区|县|市)$")
# Streets named after what lies in others too: 西溪诚园 is in 蒋村街道.
_WATERS = frozenset("西溪 西湖 运河 临江 富春江 新安江 青山湖 江南 东湖 阳光 新城".split())
_LIKE_A_ROAD = re.compile(r"[路街巷弄桥河山湖江港门站]$")


def read_places(folder: Path) -> Iterator[tuple[str, Place]]:
    """What people say, and the place that they mean by it."""
    yield from _districts_and_streets(folder)
    yield from _former_districts(folder)
    for row in _rows(folder / "communities.csv"):
        place = Place("community", row["name"], row["code"])
        yield from _words_for(place, _said_for_community(row["name"]))
    streets = {_STREET_ENDING.sub("", r["name"]): r["code"] for r in _rows(folder / "streets.csv")}
    for row in _rows(folder / "estates.csv"):
        code = _street_of(row["name"], row["district_code"], streets)
        yield row["name"], Place("estate", row["name"], code)
    for row in _rows(folder / "roads.csv"):
        for code in _split(row["district_codes"]):
            yield row["name"], Place("road", row["name"], code)


def _street_of(estate: str, district_code: str, streets: Mapping[str, str]) -> str:
    """朝晖六区 is in 朝晖街道 when that is in the same district; else we know the district."""
    for length in range(len(estate), 1, -1):
        name = estate[:length]
        if name not in _WATERS and streets.get(name, "").startswith(district_code):
            return streets[name]
    return district_code


def _districts_and_streets(folder: Path) -> Iterator[tuple[str, Place]]:
    """余杭 alone is the district, though a street has that name too."""
    aliases: set[str] = set()
    for row in _rows(folder / "districts.csv"):
        aliases.update(_split(row["aliases"]))
        yield from _words_for(Place("district", row["name"], row["code"]), _split(row["aliases"]))
    for row in _rows(folder / "streets.csv"):
        short = _STREET_ENDING.sub("", row["name"])
        usable = len(short) > 1 and short not in aliases
        yield from _words_for(Place("street", row["name"], row["code"]), [short] if usable else [])


def _former_districts(folder: Path) -> Iterator[tuple[str, Place]]:
    """An old name points at today's districts, several when it was divided."""
    for row in _rows(folder / "former_districts.csv"):
        short = _DISTRICT_ENDING.sub("", row["name"])
        words = (
            [row["name"], short] if len(short) == 2 and row["name"][-1] == "区" else [row["name"]]
        )
        for name, code in zip(_split(row["becomes"]), _split(row["becomes_codes"]), strict=True):
            for word in words:
                yield word, Place("district", name, code)


def _said_for_community(name: str) -> list[str]:
    """翠苑一区社区 is also 翠苑一区, 梅家坞村 also 梅家坞; 定安路 alone stays a road."""
    if name.endswith("村") and len(name) > 3:
        return [name[:-1]]
    if not name.endswith("社区") or len(name) <= 3:
        return []
    short = name[:-2]
    also = len(short) > 3 and not _LIKE_A_ROAD.search(short)
    return [short + "居委会", short] if also else [short + "居委会"]


def _words_for(place: Place, aliases: Iterable[str]) -> Iterator[tuple[str, Place]]:
    for word in (place.name, *aliases):
        yield word, place


def _split(cell: str) -> list[str]:
    return [part for part in cell.split("|") if part]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    if not path.exists():
        return
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield {key: (value or "").strip() for key, value in row.items() if key}
