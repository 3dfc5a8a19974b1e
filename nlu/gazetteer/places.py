"""Gazetteer: place names in a text, and the district, street and community that they mean."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from nlu.gazetteer.areas import read_places
from nlu.gazetteer.place import (
    COMMUNITY_DIGITS,
    DISTRICT_DIGITS,
    STREET_DIGITS,
    Area,
    AreaName,
    Mention,
    Place,
    Span,
)
from nlu.gazetteer.shop_names import drop_shop_names, is_misheard_road
from nlu.gazetteer.short_names import reads_as_place, sounds_like_place, stands_beside_district
from nlu.gazetteer.spans import extend_and_merge, generic_spans
from nlu.language.pinyin import sounds
from nlu.language.text import simplify
from nlu.language.word_matcher import WordMatcher

_CODE_LENGTHS = (COMMUNITY_DIGITS, STREET_DIGITS, DISTRICT_DIGITS)
_LONG_ESTATE = 4  # characters
_ADMINISTRATIVE = frozenset({"district", "street", "community"})


class Gazetteer:
    """Place names of the city by spelling and by sound."""

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
        self._words, self._sounds = _matcher(by_word), _matcher(by_sound)

    @classmethod
    def load(cls, folder: Path) -> "Gazetteer":
        """Read the tables in `folder` (data/areas)."""
        return cls(read_places(folder))

    def knows(self, name: str) -> bool:
        """True if `name` is exactly the name of a place of the city."""
        return name in self._words

    def find(self, text: str) -> list[Mention]:
        """Place names in text order, without overlaps.

        Spelled matches come before matches by sound, longer before shorter ones. `text` is
        normalised.
        """
        accepted: list[Mention] = []
        doubtful: list[Mention] = []
        is_covered = bytearray(len(text))
        for hit in _longest_first(self._hits(text)):
            if any(is_covered[hit.start : hit.end]):
                continue
            reads = sounds_like_place if hit.misheard else reads_as_place
            if reads(hit, text):
                accepted.append(hit)
                is_covered[hit.start : hit.end] = b"\1" * (hit.end - hit.start)
            else:
                doubtful.append(hit)
        accepted += [d for d in doubtful if not d.misheard and stands_beside_district(d, accepted)]
        return sorted(accepted, key=lambda m: m.start)

    def _hits(self, text: str) -> Iterator[Mention]:
        for start, end, places in self._words.matches(text):
            yield Mention(text[start:end], start, end, places[0].level, places)
        for start, end, places in self._sounds.matches(sounds(text)):
            if text[start:end] not in self._words:
                yield Mention(text[start:end], start, end, places[0].level, places, misheard=True)

    def resolve(self, text: str) -> Area:
        """Area that the place names of a normalised text agree on; an empty one without names."""
        mentions = _drop_contradicted(drop_shop_names(self.find(text), text))
        return self._settle(mentions) if mentions else Area()

    def _settle(self, mentions: Sequence[Mention]) -> Area:
        scored = [(_rank(place, m, mentions), place) for m in mentions for place in m.candidates]
        best = max(score for score, _ in scored)
        best_places = list(dict.fromkeys(place for score, place in scored if score == best))
        code = _common_code([place.code for place in best_places])
        return Area(
            district=self._area_name(code, DISTRICT_DIGITS),
            street=self._area_name(code, STREET_DIGITS),
            community=self._area_name(code, COMMUNITY_DIGITS),
            words=tuple(dict.fromkeys(m.text for m in mentions)),
            misheard=tuple((m.text, m.candidates[0].name) for m in mentions if m.misheard),
            candidates=tuple(best_places) if len({p.code for p in best_places}) > 1 else (),
        )

    def _area_name(self, code: str, digits: int) -> AreaName | None:
        if len(code) < digits:
            return None
        return AreaName(code[:digits], self._names.get(code[:digits], code[:digits]))

    def choices_of(self, area: Area) -> tuple[str, ...]:
        """Names that distinguish the candidates of an ambiguous area: 余杭区, 萧山区."""
        codes = [place.code[:STREET_DIGITS] for place in area.candidates]
        districts = [code[:DISTRICT_DIGITS] for code in codes]
        distinct = districts if len(set(districts)) > 1 else codes
        return tuple(dict.fromkeys(self._names.get(code, code) for code in distinct))

    def blank_places(self, text: str) -> str:
        """The text with place names blanked, so that 和睦社区 is no evidence for 社区."""
        for mention in self.find(text):
            blank = " " * (mention.end - mention.start)
            text = text[: mention.start] + blank + text[mention.end :]
        return text

    def spans(self, text: str) -> list[Span]:
        """Whole mentions of places: 文三路189号2幢. Unlisted names only when no name is listed."""
        spans = list(extend_and_merge([(m.start, m.end) for m in self.find(text)], text))
        spans = spans or list(extend_and_merge(generic_spans(text), text))
        return [Span(text[start:end], start, end) for start, end in spans]


def _longest_first(hits: Iterable[Mention]) -> list[Mention]:
    """Spelled matches before misheard ones, then longest first.

    A misheard road that starts at a spelled district is dropped.
    """
    ordered = sorted(hits, key=lambda m: (m.misheard, m.start - m.end, m.start))
    districts = {m.start for m in ordered if m.level == "district" and not m.misheard}
    return [m for m in ordered if not (is_misheard_road(m) and m.start in districts)]


def _add(places: list[Place], place: Place) -> None:
    if place not in places:
        places.append(place)


def _may_be_misheard(word: str, place: Place) -> bool:
    """True if the name is matched by sound; short estates (公园里) sound like common words."""
    return len(word) >= (_LONG_ESTATE if place.level == "estate" else 2)


def _matcher(by_word: Mapping[str, Sequence[Place]]) -> WordMatcher[tuple[Place, ...]]:
    return WordMatcher({word: tuple(places) for word, places in by_word.items()})


def _rank(
    place: Place, mention: Mention, mentions: Sequence[Mention]
) -> tuple[int, bool, bool, int]:
    """Sort key of a candidate: support by other mentions, certainty, level, precision."""
    support = _support(place, mention, mentions)
    is_certain = support > 0 or not mention.misheard
    return support, is_certain, place.level in _ADMINISTRATIVE, len(place.code)


def _support(place: Place, mention: Mention, mentions: Sequence[Mention]) -> int:
    others = (m for m in mentions if m is not mention and m.text != mention.text)
    return sum(any(place.agrees(c) for c in other.candidates) for other in others)


def _common_code(codes: Sequence[str]) -> str:
    for digits in _CODE_LENGTHS:
        if len({code[:digits] for code in codes}) == 1 and len(codes[0]) >= digits:
            return codes[0][:digits]
    return ""


def _drop_contradicted(mentions: Sequence[Mention]) -> list[Mention]:
    """Restrict a name right behind a district or street to the candidates inside that area."""
    remaining: list[Mention] = []
    for mention in mentions:
        before = remaining[-1] if remaining and mention.start - remaining[-1].end <= 1 else None
        if before is None or before.level not in ("district", "street"):
            remaining.append(mention)
            continue
        inside = tuple(p for p in mention.candidates if any(p.agrees(c) for c in before.candidates))
        if inside:
            remaining.append(replace(mention, level=inside[0].level, candidates=inside))
        elif mention.level in ("district", "street"):
            remaining.append(mention)
    return remaining
