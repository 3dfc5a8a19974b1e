"""Applies a correction to the text and the place of an appeal, so that both say the same. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dialogue.answers.parts import Part
from dialogue.corrections.alike import with_same_noun
from dialogue.corrections.numbers import MEASURE, unit_of
from dialogue.corrections.replacing import (
    replace_words,
    with_part,
    with_time,
    without_contact,
)
from dialogue.corrections.words import Correction
from nlu.city.loaded import gazetteer
from nlu.places import answers
from nlu.places.merge import is_road
from nlu.places.parts import LONGEST, Level, clusters_in, numbers_in
from nlu.places.parts import Part as PlacePart

_AREAS = (Level.DISTRICT, Level.STREET)
_SITES = (Level.SITE, Level.COMMUNITY)


@dataclass(frozen=True)
class Appeal:
    text: str
    place: str | None


def correct_text(text: str, correction: Correction) -> str | None:
    """The text with the wrong words replaced; None when they cannot be placed."""
    wrong, right, part = correction.wrong, correction.right, correction.part
    if correction.removes:
        return without_contact(text) if part is Part.CONTACT else None
    if right is None or part is Part.KIND:
        return None
    if not wrong:
        return with_part(text, right, part)
    timed = with_time(text, right, wrong) if part is Part.TIME else None
    if timed and wrong not in timed.replace(right, "\n"):
        return timed
    replaced = replace_words(text, wrong, right)
    return with_same_noun(replaced, wrong, right) if replaced and part is None else replaced


def correct_place(place: str, correction: Correction) -> str | None:
    """The place with the wrong name or number replaced; None when it cannot be placed."""
    wrong, right = correction.wrong, correction.right
    if correction.removes or right is None or correction.part not in (Part.PLACE, None):
        return None
    if wrong:
        return _renamed(place, wrong, right)
    placed = _in_area(place, right) or with_part(place, right, Part.PLACE)
    return placed or _with_site(place, right)


def _with_site(place: str, right: str) -> str | None:
    """The place with its only road or its only estate replaced by the road or estate `right`."""
    new = _parts(right)
    if len(new) != 1 or new[0].level not in _SITES:
        return None
    old = [p for p in _parts(place) if p.level in _SITES and is_road(p) is is_road(new[0])]
    return place.replace(old[0].text, new[0].text) if len(old) == 1 else None


def _in_area(place: str, right: str) -> str | None:
    """The place in another district or street; an area that contradicts it is left out."""
    new = {part.level: part for part in _parts(right)}
    if not new or any(part.level not in _AREAS for part in new.values()):
        return None
    for old in _parts(place):
        if old.level in new or (old.level in _AREAS and not _agree(old, new.values())):
            place = place.replace(old.text, "", 1)
    return f"{right}{place}" if Level.DISTRICT in new else answers.merge(place, right)


def _agree(old: PlacePart, new: Iterable[PlacePart]) -> bool:
    codes = [code for part in new for code in part.codes]
    return not codes or any(a.startswith(b) or b.startswith(a) for a in old.codes for b in codes)


def _renamed(place: str, wrong: str, right: str) -> str | None:
    """The place with its wrong name replaced. 望江 of 望江街道 is no name that 近江 takes over."""
    replaced = replace_words(place, wrong, right)
    listed = [part for part in _parts(place) if part.codes and wrong in part.text != wrong]
    new_names = {part.text for part in _parts(replaced or "") if part.codes}
    if all(part.text.replace(wrong, right) in new_names for part in listed):
        return replaced
    for part in listed:
        place = place.replace(part.text, "")
    return _merged(place, right)


def _merged(place: str, right: str) -> str:
    """Both as one place; a name that no list has stands behind the area."""
    merged = answers.merge(place, right)
    own = right.removeprefix(answers.area_of(right))
    return merged if own in merged else f"{answers.area_of(place)}{own}"


def apply(text: str, place: str | None, correction: Correction) -> Appeal | None:
    """Text and place after the correction; None when it fits neither of them."""
    old = place or ""
    new_text = correct_text(text, correction)
    new_place = correct_place(old, correction) if old else None
    if new_place is None and _must_be_in_place(old, new_text, correction):
        right = correction.right or ""
        new_place = _merged(old, answers.place_in(right) or right)
    if new_text is None and new_place is None:
        return None
    if new_place is None or new_place == old:
        return _with_text(Appeal(text, place), text if new_text is None else new_text)
    if old and old in text:
        moved = text.replace(old, new_place)
        with_wrong = correct_text(moved, correction) if correction.wrong else None
        return Appeal(with_wrong or moved, new_place)
    text = text if new_text is None else new_text
    return Appeal(_with_place(text, old or answers.place_in(text) or "", new_place), new_place)


def _with_text(appeal: Appeal, text: str) -> Appeal:
    """The appeal with another text; a place that stood in the old one is read from the new one."""
    place = appeal.place
    if place and place in appeal.text and place not in text:
        place = answers.place_in(text) or place
    return Appeal(text, place)


def _must_be_in_place(old: str, new_text: str | None, correction: Correction) -> bool:
    """True if the place must take what is right though the wrong words do not stand in it."""
    if correction.part is not Part.PLACE or correction.removes or not correction.right:
        return False
    if not correction.wrong or new_text is None or not old:
        return True
    return any(part.text in old for part in _parts(correction.wrong))


def _with_place(text: str, old: str, new: str) -> str:
    """The text in which the parts of the old place are those of the new one."""
    new_parts = [part for part in _parts(new) if part.text not in old]
    for part in _parts(old):
        if part.text in new or part.text not in text:
            continue
        substitute = _substitute(part, new_parts)
        if substitute:
            text = replace_words(text, part.text, substitute) or text
        elif substitute == "":
            text = text.replace(part.text, "") or text
    return text


def _parts(place: str) -> list[PlacePart]:
    head = place[:LONGEST]
    names = [part for cluster in clusters_in(head, gazetteer()) for part in cluster]
    positions = {position for part in names for position in range(part.start, part.end)}
    return [*names, *(part for part in numbers_in(head) if part.start not in positions)]


def _substitute(part: PlacePart, new_parts: Sequence[PlacePart]) -> str | None:
    """The new place's words for a part of the old one; "" removes it, None keeps it."""
    if part.level is Level.NUMBER:
        numbers = (new for new in new_parts if new.level is Level.NUMBER)
        same = next((new.text for new in numbers if _unit(new.text) == _unit(part.text)), None)
        has_moved = any(new.level in _SITES for new in new_parts)
        return same or ("" if has_moved else None)
    levels = _SITES if part.level in _SITES else (part.level,)
    return next((new.text for level in levels for new in new_parts if new.level is level), None)


def _unit(number: str) -> str:
    measure = MEASURE.search(number)
    return unit_of(measure) if measure else ""
