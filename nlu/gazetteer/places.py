"""Which places a text names, and the district, street and community they settle on."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import ahocorasick  # type: ignore[import-untyped,import-not-found,unused-ignore]

from nlu.gazetteer.areas import read_places
from nlu.gazetteer.place import (
    COMMUNITY_DIGITS,
    DISTRICT_DIGITS,
    STREET_DIGITS,
    Area,
    Mention,
    Named,
    Place,
    Span,
)
from nlu.gazetteer.shop_names import is_misheard_road, without_shop_names
from nlu.gazetteer.short_names import reads_as_place, sounds_like_place, stands_beside_district
from nlu.gazetteer.spans import generic_spans, join
from nlu.language.pinyin import sounds
from nlu.language.text import simplify

_CODE_LENGTHS = (COMMUNITY_DIGITS, STREET_DIGITS, DISTRICT_DIGITS)
_LONG_ESTATE = 4  # characters
_ADMINISTRATIVE = frozenset({"district", "street", "community"})


class Gazetteer:
    """Place names in an Aho-Corasick automaton; reads once, answers in one pass."""

    def __init__(self, places: Iterable[tuple[str, Place]]) -> None:
        self._names: dict[str, str] = {}
        by_word: dict[str, list[Place]] = defaultdict(list)
        by_sound: dict[str, list[Place]] = defaultdict(list)
        for word, place in places:
            _add(by_word[simplify(word)], place)
            if _may_be_misheard(word, place):
                _add(by_sound[sounds(word)], place)
            if place.level in _ADMINISTRATIVE:
                self._names.setdefault(place.code, place.name)
        self._words, self._sounds = _automaton(by_word), _automaton(by_sound)

    @classmethod
    def load(cls, folder: Path) -> "Gazetteer":
        return cls(read_places(folder))

    def knows(self, name: str) -> bool:
        """Whether `name` is exactly the name of a place of the city."""
        return name in self._words

    def find(self, text: str) -> list[Mention]:
        """Place names in order; of overlapping ones the longest, the written before the heard."""
        taken: list[Mention] = []
        doubtful: list[Mention] = []
        covered = bytearray(len(text))
        for hit in _longest_first(self._hits(text)):
            if any(covered[hit.start : hit.end]):
                continue
            reads = sounds_like_place if hit.misheard else reads_as_place
            if reads(hit, text):
                taken.append(hit)
                covered[hit.start : hit.end] = b"\1" * (hit.end - hit.start)
            else:
                doubtful.append(hit)
        taken += [d for d in doubtful if not d.misheard and stands_beside_district(d, taken)]
        return sorted(taken, key=lambda m: m.start)

    def _hits(self, text: str) -> Iterator[Mention]:
        for start, end, places in _found(self._words, text):
            yield Mention(text[start:end], start, end, places[0].level, places)
        for start, end, places in _found(self._sounds, sounds(text)):
            if not self._words or text[start:end] not in self._words:
                yield Mention(text[start:end], start, end, places[0].level, places, misheard=True)

    def resolve(self, text: str) -> Area:
        mentions = _drop_contradicted(without_shop_names(self.find(text), text))
        return self._settle(mentions) if mentions else Area()

    def _settle(self, mentions: Sequence[Mention]) -> Area:
        scored = [(_rank(place, m, mentions), place) for m in mentions for place in m.candidates]
        best = max(score for score, _ in scored)
        chosen = list(dict.fromkeys(place for score, place in scored if score == best))
        code = _common_code([place.code for place in chosen])
        return Area(
            district=self._named(code, DISTRICT_DIGITS),
            street=self._named(code, STREET_DIGITS),
            community=self._named(code, COMMUNITY_DIGITS),
            words=tuple(dict.fromkeys(m.text for m in mentions)),
            misheard=tuple((m.text, m.candidates[0].name) for m in mentions if m.misheard),
            candidates=tuple(chosen) if len({p.code for p in chosen}) > 1 else (),
        )

    def _named(self, code: str, digits: int) -> Named | None:
        if len(code) < digits:
            return None
        return Named(code[:digits], self._names.get(code[:digits], code[:digits]))

    def choices_of(self, area: Area) -> tuple[str, ...]:
        """The names that tell the candidates apart, for somebody to choose from: 余杭区, 萧山区."""
        codes = [place.code[:STREET_DIGITS] for place in area.candidates]
        districts = [code[:DISTRICT_DIGITS] for code in codes]
        apart = districts if len(set(districts)) > 1 else codes
        return tuple(dict.fromkeys(self._names.get(code, code) for code in apart))

    def without_places(self, text: str) -> str:
        """The text with place names blanked, so that 和睦社区 does not speak for 社区."""
        for mention in self.find(text):
            blank = " " * (mention.end - mention.start)
            text = text[: mention.start] + blank + text[mention.end :]
        return text

    def locate(self, text: str) -> Span | None:
        """The whole mention of a place, as the text says it: "文三路189号2幢"."""
        spans = self.spans(text)
        return max(spans, key=lambda s: (s.end - s.start, -s.start), default=None)

    def spans(self, text: str) -> list[Span]:
        """Every whole mention; by the ending of their names where the lists have none."""
        spans = list(join([(m.start, m.end) for m in self.find(text)], text))
        spans = spans or list(join(generic_spans(text), text))
        return [Span(text[start:end], start, end) for start, end in spans]


def _longest_first(hits: Iterable[Mention]) -> list[Mention]:
    """What is written before what is misheard; no written district begins a misheard road."""
    ordered = sorted(hits, key=lambda m: (m.misheard, m.start - m.end, m.start))
    districts = {m.start for m in ordered if m.level == "district" and not m.misheard}
    return [m for m in ordered if not (is_misheard_road(m) and m.start in districts)]


def _add(places: list[Place], place: Place) -> None:
    if place not in places:
        places.append(place)


def _may_be_misheard(word: str, place: Place) -> bool:
    """Short estates sound like too much else (公园里)."""
    return len(word) >= (_LONG_ESTATE if place.level == "estate" else 2)


def _automaton(by_word: Mapping[str, Sequence[Place]]) -> ahocorasick.Automaton:
    words = ahocorasick.Automaton()
    for word, places in by_word.items():
        words.add_word(word, (len(word), tuple(places)))
    words.make_automaton()
    return words


def _found(words: ahocorasick.Automaton, text: str) -> Iterator[tuple[int, int, tuple[Place, ...]]]:
    if len(words):
        for last, (length, places) in words.iter(text):
            yield last + 1 - length, last + 1, places


def _rank(place: Place, own: Mention, mentions: Sequence[Mention]) -> tuple[int, bool, bool, int]:
    """What others say for it, whether it was heard right, and how near it brings us."""
    support = _support(place, own, mentions)
    sure = support > 0 or not own.misheard
    return support, sure, place.level in _ADMINISTRATIVE, len(place.code)


def _support(place: Place, own: Mention, mentions: Sequence[Mention]) -> int:
    others = (m for m in mentions if m is not own and m.text != own.text)
    return sum(any(place.agrees(c) for c in other.candidates) for other in others)


def _common_code(codes: Sequence[str]) -> str:
    for digits in _CODE_LENGTHS:
        if len({code[:digits] for code in codes}) == 1 and len(codes[0]) >= digits:
            return codes[0][:digits]
    return ""


def _drop_contradicted(mentions: Sequence[Mention]) -> list[Mention]:
    """A name right after a district or street means the one inside it, or nothing we know."""
    kept: list[Mention] = []
    for mention in mentions:
        before = kept[-1] if kept and mention.start - kept[-1].end <= 1 else None
        if before is None or before.level not in ("district", "street"):
            kept.append(mention)
            continue
        inside = tuple(p for p in mention.candidates if any(p.agrees(c) for c in before.candidates))
        if inside:
            kept.append(replace(mention, level=inside[0].level, candidates=inside))
        elif mention.level in ("district", "street"):
            kept.append(mention)
    return kept
