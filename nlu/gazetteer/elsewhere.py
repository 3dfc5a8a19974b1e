"""Places outside the city that a text names, and the hotline there."""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import ahocorasick  # type: ignore[import-untyped,import-not-found,unused-ignore]

from nlu.gazetteer.counties import Word, read_words
from nlu.gazetteer.other_places import OtherPlaces
from nlu.gazetteer.place import Mention
from nlu.gazetteer.places import Gazetteer
from nlu.language.text import remove_disfluencies
from nlu.language.words import tags

# 中山市场, 宁波银行, 上海路, 南京大排档
_NOT_AFTER = re.compile(r"[东南西北中]?[路街巷弄]|市?场|人|银行|饭店|酒店|大排档|大厦")
_WHOLE_NAME = re.compile(r"[省市县区]$")
_OURS = "杭州"
# 温州 is a road's name too: without 市 it is the city only where nothing else is said.
_ALONE = re.compile(
    r"(?:我们?|事情?)?(?:现?在|住在?|是|就)*([\u4e00-\u9fff]{2})(?:城区|市里|这里|那里|的)?[。！!]?"
)
_NEAR = "浙江省"
# Somebody says where they are: 我家在…, 你好 我们小区在…, or begins with it: 宁波这边…
_CLAUSE = r"(?:^|[，。！？；、,.!?;\s])"
_THAT_I_AM = (
    r"(?:喂|你好|您好|同志|那个|我们?|咱们?|家里?|小区|村里?|人|事情|地点|现?在|目前|就|是|都|一直|租|住)*"
    r"(?:在|住|位于|这[里边儿]是|地址是?[:：]?)"
)
_HERE = r"(?=(?:城区|市区|市里|这[里边儿]|那[里边儿])|[，。！？；,.!?;\s]|$)"
_GOES_ON = (
    r"(?![东南西北中]?[路街巷弄]|小区|社区|新村|花园|公寓|[苑村镇桥站]|广场|医院|学校|[小中大]学)"
)
_ENDING = re.compile(r"(?<=..)[省市]$")


@dataclass(frozen=True)
class OtherCity:
    name: str
    province: str
    area_code: str  # of the telephone; empty where it is not known
    prefecture: str = ""  # of a county: 宁波市 of 慈溪市

    @property
    def full_name(self) -> str:
        """With the prefecture before a county: 宁波市慈溪市."""
        return self.name if self.name.startswith(self.prefecture) else self.prefecture + self.name

    @property
    def hotline(self) -> str:
        return f"{self.area_code}-12345" if self.area_code else "12345"


class Elsewhere:
    def __init__(
        self,
        cities: Iterable[tuple[str, OtherCity]],
        gazetteer: Gazetteer,
        words: Iterable[Word] = (),
    ) -> None:
        self._gazetteer = gazetteer
        self._places = OtherPlaces(words, gazetteer)
        self._words = ahocorasick.Automaton()
        self._alone: dict[str, OtherCity] = {}
        self._said: dict[str, OtherCity] = {}
        for word, city in cities:
            self._words.add_word(word, (word, city))
            self._said |= {word: city, _ENDING.sub("", word): city}
            if word.endswith("市") and city.province == _NEAR:
                self._alone[word[:-1]] = city
        self._words.make_automaton()
        self._saying = _saying(self._said)

    @classmethod
    def load(cls, folder: Path, gazetteer: Gazetteer) -> "Elsewhere":
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
        """The other city or county that a whole message, or a bare place, says to be in.

        Every county of China is known. None for a place of ours, and for a name that is only part
        of another (绍兴路), an origin (我是宁波人) or a product.
        """
        region = self._places.named_in(text)
        if region is None:
            return None
        return OtherCity(region.name, region.province, region.area_code, region.prefecture)

    def find(self, place: str) -> OtherCity | None:
        """The other city that `place` is in; None for a place of ours, or one that is open."""
        ours = self._gazetteer.find(place)
        hits = list(self._words.iter(place)) if len(self._words) else []
        for last, (word, city) in sorted(hits, key=lambda hit: -len(hit[1][0])):
            start, end = last + 1 - len(word), last + 1
            if not _NOT_AFTER.match(place, end) and not _in_ours(place, start, end, ours):
                return city if isinstance(city, OtherCity) else None
        alone = _ALONE.fullmatch(place)
        return self._alone.get(alone[1]) if alone and not ours else None

    def said_in(self, text: str) -> OtherCity | None:
        """The other city that somebody says to be in: 我家在宁波 路灯坏了.

        Only coming from there (我是宁波人) is not being there, and our own districts and streets
        speak against it.
        """
        text = remove_disfluencies(text)
        found = self._saying.search(text)
        if found is None or _NOT_AFTER.match(text, found.end()) or _OURS in text:
            return None
        levels = {m.level for m in self._gazetteer.find(text) if not m.misheard}
        return None if levels & {"district", "street"} else self._said[found[1] or found[2]]


def _saying(names: Iterable[str]) -> re.Pattern[str]:
    """A clause that says to be in one of `names`, or a text that begins with one."""
    any_name = "|".join(sorted(map(re.escape, names), key=len, reverse=True)) or r"(?!)"
    near = f"(?:{_NEAR}|{_NEAR[:-1]})?"
    return re.compile(
        f"{_CLAUSE}{_THAT_I_AM}{near}({any_name}){_GOES_ON}"
        f"|^(?:喂|你好|您好)?[，,\\s]*{near}({any_name}){_HERE}"
    )


def _in_ours(place: str, start: int, end: int, ours: Sequence[Mention]) -> bool:
    """Whether the city's name is only part of a place of ours: 文三路宁波饭店.

    The larger comes first, so what follows a whole name is there: 南昌市西湖区.
    """
    if _OURS in place[:start] or any(m.end <= start and not m.misheard for m in ours):
        return True
    if any(m.start <= start and end <= m.end for m in ours):
        return True
    return not _WHOLE_NAME.search(place[start:end]) and any(
        m.level in ("district", "street") for m in ours
    )
