"""The region outside the city that a message gives as its location: 我在宁波慈溪.

A region's name is often part of another name (绍兴路, 宁波银行), an origin (我是宁波人) or a
product (买的慈溪电器). It counts as a location behind 在 and the like, and at the start of a
clause. With its ending or its parent (慈溪市, 宁波慈溪) it counts anywhere near the beginning.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nlu.gazetteer.counties import SHORT, Region, Word
from nlu.gazetteer.cues import (
    begins_clause_as_location,
    is_location_of_resident,
    is_location_of_thing,
    is_origin,
    is_other_name,
    names_our_city,
)
from nlu.gazetteer.place import Mention
from nlu.gazetteer.places import Gazetteer
from nlu.language.text import remove_disfluencies
from nlu.language.word_matcher import WordMatcher
from nlu.language.words import tags

LONGEST = 2000  # characters read; the location stands near the beginning
_NEAR_BEGINNING = 80  # characters; later names are incidental
# Between two region names: 市, a comma
_GAP = re.compile(r"[省市县]?[ ，,、·的]?")
# Before a place of the city: 我住在
_SAID_BEFORE = re.compile(r"(?:在|住|位于|租)[了在]?$")
# A new clause or a new location between two names
_CLAUSE = re.compile(r"[，。！？；、,.!?;\s]|我|现在|住在|目前|[在和与跟]")
_HERE_WITH_US = re.compile("杭州(?:这边|这里)(?!的?(?:12345|热线|政府|单位))[\u4e00-\u9fff]{2}")
_LEVELS = frozenset({"district", "street"})


@dataclass(frozen=True)
class Chain:
    """Adjacent region names, the larger first: 浙江省宁波市慈溪."""

    start: int
    end: int
    words: tuple[Word, ...]

    @property
    def region(self) -> Region:
        """The innermost region."""
        return self.words[-1].region

    @property
    def is_clear(self) -> bool:
        """True if the names are unambiguous."""
        return len(self.words) > 1 or self.words[0].is_unambiguous

    @property
    def is_exact(self) -> bool:
        """True if it is a chain, a site (海宁皮革城) or the full name of a county, longer than two.

        和县 is too short, and 上海市 is often a comparison.
        """
        word = self.words[0]
        is_county = word.is_full and word.region.is_county and len(word.text) > SHORT
        by_itself = is_county or word.is_site
        return len(self.words) > 1 or by_itself


class OtherPlaces:
    """Finder of regions outside the city."""

    def __init__(self, words: Iterable[Word], gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._words: dict[str, list[Word]] = defaultdict(list)
        for word in words:
            self._words[word.text].append(word)
        self._names = WordMatcher({name: name for name in self._words})

    def named_in(self, text: str) -> Region | None:
        """The region in which a normalised text says to be; None without one."""
        text = remove_disfluencies(text[:LONGEST])
        chains = [
            c for c in self._chains(text) if not is_other_name(text, c.end, _ends_with_full_name(c))
        ]
        if not chains:
            return None
        mentions = [m for m in self._gazetteer.find(text) if not m.misheard]
        chains = [c for c in chains if not _is_part_of_ours(c, mentions)]
        if any(_speaks_against(m, chains, text) for m in mentions):
            return None
        things = [c for c in chains if is_location_of_thing(text, c.end)]
        if _HERE_WITH_US.search(text):
            return None
        if things or names_our_city(text):
            return things[0].region if things else None
        ranked = [(_rank(c, text), -c.start, c) for c in chains]
        best = max(ranked, key=lambda entry: entry[:2], default=None)
        return best[2].region if best and best[0] else None

    def _chains(self, text: str) -> Iterator[Chain]:
        """Chains in text order, without overlaps."""
        starts = self._starts(text)
        end = 0
        for start in sorted(starts):
            if start < end:
                continue
            longest = max(self._from(start, starts, text), key=_preference, default=None)
            if longest is not None:
                yield longest
                end = longest.end

    def _starts(self, text: str) -> dict[int, list[str]]:
        starts: dict[int, list[str]] = defaultdict(list)
        for start, _, name in self._names.matches(text):
            starts[start].append(name)
        return starts

    def _from(self, start: int, starts: dict[int, list[str]], text: str) -> Iterator[Chain]:
        for name in starts[start]:
            for word in self._words[name]:
                for chain in self._extensions(
                    Chain(start, start + len(name), (word,)), starts, text
                ):
                    if chain.is_clear and _reads_alone(chain, text):
                        yield chain

    def _extensions(self, chain: Chain, starts: dict[int, list[str]], text: str) -> Iterator[Chain]:
        yield chain
        gap = _GAP.match(text, chain.end)
        for at in {chain.end, gap.end() if gap else chain.end}:
            for name in starts.get(at, ()):
                for word in self._words[name]:
                    if word.region.lies_in(chain.region):
                        more = Chain(chain.start, at + len(name), (*chain.words, word))
                        yield from self._extensions(more, starts, text)


def _preference(chain: Chain) -> tuple[int, int]:
    """Sort key: the longest chain; of equal ones the larger region (吉林 is the province)."""
    return chain.end, -len(chain.region.prefecture)


def _ends_with_full_name(chain: Chain) -> bool:
    return chain.words[-1].is_whole


def _reads_alone(chain: Chain, text: str) -> bool:
    """True if the name is not cut out of other words: no 永康 in 永康复, no 东城区 in 河东城区."""
    last = chain.words[-1]
    if (
        last.is_full
        and text[chain.end - 1] == "市"
        and text[chain.end : chain.end + 1] in ("场", "民")
    ):
        return False
    if len(chain.words) > 1:
        return True
    if last.is_whole:
        joint = text[max(0, chain.start - 1) : chain.start + 1]
    else:
        joint = text[chain.end - 1 : chain.end + 1]
    return len(joint) < 2 or joint not in tags()


def _rank(chain: Chain, text: str) -> int:
    """Strength of the evidence that the resident is there, from 0 (none) to 3."""
    if is_location_of_resident(text, chain.start, chain.end):
        return 3
    if is_origin(text, chain.start, chain.end):
        return 0
    if chain.start > _NEAR_BEGINNING:
        return 0
    if chain.is_exact:
        return 2
    is_full = chain.words[-1].is_full
    return int(begins_clause_as_location(text, chain.start, chain.end, is_full=is_full))


def _is_part_of_ours(chain: Chain, mentions: Sequence[Mention]) -> bool:
    """True if the name is part of a place of the city (绍兴路), or behind one (文三路温州饭店)."""
    return any(
        (
            m.start <= chain.start
            and chain.end <= m.end
            and m.end - m.start > chain.end - chain.start
        )
        or m.end == chain.start
        for m in mentions
    )


def _speaks_against(mention: Mention, chains: Sequence[Chain], text: str) -> bool:
    """True if the mention shows that the resident is in the city.

    So does a district or street, or an estate behind 在 and the like. A mention that continues the
    other region's name does not: 南昌市西湖区, 绍兴市越城区城南街道.
    """
    if any(_continues(chain, mention, text) for chain in chains):
        return False
    if mention.level in _LEVELS:
        return True
    return bool(_SAID_BEFORE.search(text[max(0, mention.start - 4) : mention.start]))


def _continues(chain: Chain, mention: Mention, text: str) -> bool:
    if not chain.start <= mention.start <= chain.end + 12:
        return False
    return _CLAUSE.search(text, chain.end, max(chain.end, mention.start)) is None
