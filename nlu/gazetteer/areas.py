"""Place names of the city and their variants, from `data/areas`."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from nlu.gazetteer.place import Place
from nlu.gazetteer.tables import read_rows, split_cell

_STREET_ENDING = re.compile(r"(畲族乡|街道|镇|乡)$")
_DISTRICT_ENDING = re.compile(r"(区|县|市)$")
# Street names that are no evidence of the street: 西溪诚园 lies in 蒋村街道, not in 西溪街道.
_SHARED_NAMES = frozenset("西溪 西湖 运河 临江 富春江 新安江 青山湖 江南 东湖 阳光 新城".split())
_WITHIN_A_STREET = frozenset({"school", "market"})  # kinds that lie in the street of their name
_ROAD_ENDING = re.compile(r"[路街巷弄桥河山湖江港门站]$")


def read_places(folder: Path) -> Iterator[tuple[str, Place]]:
    """Pairs of a name or variant and the place that it means, from the tables in `folder`."""
    yield from _districts_and_streets(folder)
    yield from _former_districts(folder)
    for row in read_rows(folder / "communities.csv"):
        place = Place("community", row["name"], row["code"])
        yield from _words_for(place, _community_variants(row["name"]))
    streets = {
        _STREET_ENDING.sub("", r["name"]): r["code"] for r in read_rows(folder / "streets.csv")
    }
    for row in read_rows(folder / "estates.csv"):
        code = _street_of(row["name"], row["district_code"], streets)
        yield row["name"], Place("estate", row["name"], code)
    for row in read_rows(folder / "roads.csv"):
        is_within = row.get("kind") in _WITHIN_A_STREET
        for code in split_cell(row["district_codes"]):
            code = _street_of(row["name"], code, streets) if is_within else code
            yield row["name"], Place("road", row["name"], code)


def _street_of(site: str, district_code: str, streets: Mapping[str, str]) -> str:
    """Code of the street in a site's name (朝晖六区 → 朝晖街道), or else the district code.

    The street must lie in the same district.
    """
    for length in range(len(site), 1, -1):
        name = site[:length]
        if name not in _SHARED_NAMES and streets.get(name, "").startswith(district_code):
            return streets[name]
    return district_code


def _districts_and_streets(folder: Path) -> Iterator[tuple[str, Place]]:
    """Names of districts and streets; a short name of both (余杭) means the district."""
    aliases: set[str] = set()
    for row in read_rows(folder / "districts.csv"):
        aliases.update(split_cell(row["aliases"]))
        yield from _words_for(
            Place("district", row["name"], row["code"]), split_cell(row["aliases"])
        )
    for row in read_rows(folder / "streets.csv"):
        short = _STREET_ENDING.sub("", row["name"])
        usable = len(short) > 1 and short not in aliases
        yield from _words_for(Place("street", row["name"], row["code"]), [short] if usable else [])


def _former_districts(folder: Path) -> Iterator[tuple[str, Place]]:
    """Names of abolished districts, each for all of its successors."""
    for row in read_rows(folder / "former_districts.csv"):
        short = _DISTRICT_ENDING.sub("", row["name"])
        words = (
            [row["name"], short] if len(short) == 2 and row["name"][-1] == "区" else [row["name"]]
        )
        for name, code in zip(
            split_cell(row["becomes"]), split_cell(row["becomes_codes"]), strict=True
        ):
            for word in words:
                yield word, Place("district", name, code)


def _community_variants(name: str) -> list[str]:
    """Variants of a community's name: 翠苑一区社区 → 翠苑一区, but 定安路社区 keeps its ending."""
    if name.endswith("村") and len(name) > 3:
        return [name[:-1]]
    if not name.endswith("社区") or len(name) <= 3:
        return []
    short = name[:-2]
    is_distinct = len(short) > 3 and not _ROAD_ENDING.search(short)
    return [short + "居委会", short] if is_distinct else [short + "居委会"]


def _words_for(place: Place, aliases: Iterable[str]) -> Iterator[tuple[str, Place]]:
    for word in (place.name, *aliases):
        yield word, place
