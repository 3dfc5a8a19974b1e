"""Cities and counties outside the city that a text names, and their hotlines."""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlu.gazetteer.counties import Word, read_words
from nlu.gazetteer.other_places import OtherPlaces
from nlu.gazetteer.place import Mention
from nlu.gazetteer.places import Gazetteer
from nlu.language.word_matcher import WordMatcher
from nlu.language.words import tags

# Behind a city's name, the rest of another name: 中山市场, 宁波银行, 上海路, 南京大排档
_NOT_AFTER = re.compile(r"[东南西北中]?[路街巷弄]|市?场|人|银行|饭店|酒店|大排档|大厦")
_FULL_NAME = re.compile(r"[省市县区]$")
_OURS = "杭州"
# 温州 may be a road's name: without 市 it is the city only where the text has nothing else.
_ALONE = re.compile(
    r"(?:我们?|事情?)?(?:现?在|住在?|是|就)*([\u4e00-\u9fff]{2})(?:城区|市里|这里|那里|的)?[。！!]?"
)
_NEAR = "浙江省"


@dataclass(frozen=True)
class OtherCity:
    """A city or county other than the one that Minhu serves."""

    name: str
    province: str
    area_code: str  # telephone prefix, empty where unknown
    prefecture: str = ""  # of a county: 宁波市 for 慈溪市

    @property
    def full_name(self) -> str:
        """The name with the prefecture before a county: 宁波市慈溪市."""
        return self.name if self.name.startswith(self.prefecture) else self.prefecture + self.name

    @property
    def hotline(self) -> str:
        """Number of its hotline: 0574-12345."""
        return f"{self.area_code}-12345" if self.area_code else "12345"


class Elsewhere:
    """Finder of places outside the city."""

    def __init__(
        self,
        cities: Iterable[tuple[str, OtherCity]],
        gazetteer: Gazetteer,
        words: Iterable[Word] = (),
    ) -> None:
        self._gazetteer = gazetteer
        self._places = OtherPlaces(words, gazetteer)
        self._alone: dict[str, OtherCity] = {}
        city_of = dict(cities)
        self._cities = WordMatcher(city_of)
        for word, city in city_of.items():
            if word.endswith("市") and city.province == _NEAR:
                self._alone[word[:-1]] = city

    @classmethod
    def load(cls, folder: Path, gazetteer: Gazetteer) -> "Elsewhere":
        """Read the tables in `folder` (data/areas)."""
        with (folder / "elsewhere.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        return cls(
            (
                (word, OtherCity(row["name"], row["province"], row["area_code"]))
                for row in rows
                for word in (row["name"], *filter(None, row["said"].split("|")))
            ),
            gazetteer,
            read_words(folder, gazetteer.knows, tags),
        )

    def named_in(self, text: str) -> OtherCity | None:
        """The city or county in which the author of a message or the place in an answer is.

        Covers every county of China. None for a place of the city, and for a name that is part of
        another (绍兴路), an origin (我是宁波人) or a product.
        """
        region = self._places.named_in(text)
        if region is None:
            return None
        return OtherCity(region.name, region.province, region.area_code, region.prefecture)

    def find(self, place: str) -> OtherCity | None:
        """The other city that contains `place`; None for a place of the city or an unknown one."""
        ours = self._gazetteer.find(place)
        matches = sorted(self._cities.matches(place), key=lambda match: match[0] - match[1])
        for start, end, city in matches:
            if not _NOT_AFTER.match(place, end) and not _is_in_city(place, start, end, ours):
                return city
        alone = _ALONE.fullmatch(place)
        return self._alone.get(alone[1]) if alone and not ours else None


def _is_in_city(place: str, start: int, end: int, ours: Sequence[Mention]) -> bool:
    """True if the other city's name is part of a place of the city: 文三路宁波饭店.

    Not behind a full name, since the larger area comes first: 南昌市西湖区.
    """
    if _OURS in place[:start] or any(m.end <= start and not m.misheard for m in ours):
        return True
    if any(m.start <= start and end <= m.end for m in ours):
        return True
    return not _FULL_NAME.search(place[start:end]) and any(
        m.level in ("district", "street") for m in ours
    )
