"""The region outside the city that a message or an answer says to be in: 我在宁波慈溪.

A region's name is often part of another name (绍兴路, 宁波银行), an origin (我是宁波人) or a
product (买的慈溪电器). It counts where somebody says to be, at the beginning of a clause, or,
with its ending or its parent (慈溪市, 宁波慈溪), anywhere that nothing speaks against it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import ahocorasick  # type: ignore[import-untyped,import-not-found,unused-ignore]

from nlu.gazetteer.counties import Region, Word
from nlu.gazetteer.cues import (
    is_other_name,
    is_said_as_origin,
    is_said_where_clause_begins,
    is_where_somebody_is,
    names_our_city,
)
from nlu.gazetteer.place import Mention
from nlu.gazetteer.places import Gazetteer
from nlu.language.text import remove_disfluencies
from nlu.language.words import tags

LONGEST = 2000  # characters; where somebody is stands near the beginning
_SHORT = 2  # characters
_NEAR_BEGINNING = 80  # characters; later names are mentioned in passing
_GAP = re.compile(r"[省市县]?[ ，,、·的]?")
_SAID_BEFORE = re.compile(r"(?:在|住|位于|租)[了在]?$")
_CLAUSE = re.compile(r"[，。！？；、,.!?;\s]|我|现在|住在|目前|[在和与跟]")
_LEVELS = frozenset({"district", "street"})


@dataclass(frozen=True)
class Chain:
    """Names that stand together, the larger first: 浙江省宁波市慈溪."""

    start: int
    end: int
    words: tuple[Word, ...]

    @property
    def region(self) -> Region:
        return self.words[-1].region

    @property
    def is_clear(self) -> bool:
        return len(self.words) > 1 or self.words[0].alone

    @property
    def is_exact(self) -> bool:
        """More than a short name by itself; 和县 is as short, and 上海市 is often a comparison."""
        word = self.words[0]
        by_itself = word.whole and word.region.is_county and len(word.text) > _SHORT
        return len(self.words) > 1 or by_itself


class OtherPlaces:
    def __init__(self, words: Iterable[Word], gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._words: dict[str, list[Word]] = defaultdict(list)
        self._automaton = ahocorasick.Automaton()
        for word in words:
            self._words[word.text].append(word)
            self._automaton.add_word(word.text, word.text)
        self._automaton.make_automaton()

    def named_in(self, text: str) -> Region | None:
        text = remove_disfluencies(text[:LONGEST])
        chains = [c for c in self._chains(text) if not is_other_name(text, c.end, _ends_whole(c))]
        if not chains:
            return None
        mentions = [m for m in self._gazetteer.find(text) if not m.misheard]
        chains = [c for c in chains if not _is_part_of_ours(c, mentions)]
        if names_our_city(text) or any(_speaks_against(m, chains, text) for m in mentions):
            return None
        counting = [(_rank(c, text), -c.start, c) for c in chains]
        best = max(counting, key=lambda each: each[:2], default=None)
        return best[2].region if best and best[0] else None

    def _chains(self, text: str) -> Iterator[Chain]:
        """Chains in order, none over another."""
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
        if len(self._automaton):
            for last, word in self._automaton.iter(text):
                starts[last + 1 - len(word)].append(word)
        return starts

    def _from(self, start: int, starts: dict[int, list[str]], text: str) -> Iterator[Chain]:
        for said in starts[start]:
            for word in self._words[said]:
                for chain in self._grown(Chain(start, start + len(said), (word,)), starts, text):
                    if chain.is_clear and _reads_alone(chain, text):
                        yield chain

    def _grown(self, chain: Chain, starts: dict[int, list[str]], text: str) -> Iterator[Chain]:
        yield chain
        gap = _GAP.match(text, chain.end)
        for at in {chain.end, gap.end() if gap else chain.end}:
            for said in starts.get(at, ()):
                for word in self._words[said]:
                    if word.region.lies_in(chain.region):
                        more = Chain(chain.start, at + len(said), (*chain.words, word))
                        yield from self._grown(more, starts, text)


def _preference(chain: Chain) -> tuple[int, int]:
    """Of names that begin at one place the longest; 吉林 alone is the province."""
    return chain.end, -len(chain.region.prefecture)


def _ends_whole(chain: Chain) -> bool:
    return chain.words[-1].whole


def _reads_alone(chain: Chain, text: str) -> bool:
    """A name begins and ends where words do: in 永康复 is no 永康, and in 河东城区 no 东城区."""
    last = chain.words[-1]
    if (
        last.whole
        and text[chain.end - 1] == "市"
        and text[chain.end : chain.end + 1] in ("场", "民")
    ):
        return False
    if len(chain.words) > 1:
        return True
    if last.whole:
        joint = text[max(0, chain.start - 1) : chain.start + 1]
    else:
        joint = text[chain.end - 1 : chain.end + 1]
    return len(joint) < 2 or joint not in tags()


def _rank(chain: Chain, text: str) -> int:
    """How sure it is that somebody says to be there: 0 for not at all."""
    if is_where_somebody_is(text, chain.start, chain.end):
        return 3
    if is_said_as_origin(text, chain.start, chain.end):
        return 0
    if chain.start > _NEAR_BEGINNING:
        return 0
    if chain.is_exact:
        return 2
    whole = chain.words[-1].whole
    return int(is_said_where_clause_begins(text, chain.start, chain.end, whole=whole))


def _is_part_of_ours(chain: Chain, mentions: Sequence[Mention]) -> bool:
    """绍兴路 is ours, and so is a shop on it: 文三路温州饭店."""
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
    """Our own district or street is named, or an estate that somebody says to be in.

    Not when it follows the other region's name in one breath: 南昌市西湖区, 绍兴市越城区城南街道.
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
