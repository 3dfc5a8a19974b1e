"""Places outside the city that a text names, and the hotline there."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import ahocorasick  # type: ignore[import-untyped,import-not-found,unused-ignore]

from nlu.gazetteer import Gazetteer

_NOT_AFTER = ("路", "街", "巷", "弄", "场", "银行", "人")  # 中山市场, 宁波银行, 上海路


@dataclass(frozen=True)
class OtherCity:
    name: str
    province: str
    area_code: str  # of the telephone; empty where it is not known

    @property
    def hotline(self) -> str:
        return f"{self.area_code}-12345" if self.area_code else "12345"


class Elsewhere:
    def __init__(self, cities: Iterable[tuple[str, OtherCity]], gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._words = ahocorasick.Automaton()
        for word, city in cities:
            self._words.add_word(word, (word, city))
        self._words.make_automaton()

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
        )

    def find(self, place: str) -> OtherCity | None:
        """The other city that `place` is in; None for a place of ours, or one that is open."""
        if any(m.level in ("district", "street") for m in self._gazetteer.find(place)):
            return None
        hits = list(self._words.iter(place)) if len(self._words) else []
        for last, (_, city) in sorted(hits, key=lambda hit: -len(hit[1][0])):
            if not place[last + 1 :].startswith(_NOT_AFTER):
                return city if isinstance(city, OtherCity) else None
        return None
