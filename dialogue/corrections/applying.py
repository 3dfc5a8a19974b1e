"""Applies a correction to the text and the place of an appeal, so that both say the same. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from dialogue.answers.parts import Part
from dialogue.corrections.names import with_name
from dialogue.corrections.numbers import MEASURE, unit_of
from dialogue.corrections.replacing import (
    replace_words,
    with_numbers,
    with_part,
    without_contact,
)
from dialogue.corrections.words import Correction
from nlu.city.loaded import gazetteer
from nlu.places import answers
from nlu.places.parts import LONGEST, Level, clusters_in, numbers_in
from nlu.places.parts import Part as PlacePart

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
    return replace_words(text, wrong, right) if wrong else with_part(text, right, part)


def correct_place(place: str, correction: Correction) -> str | None:
    """The place with the wrong name or number replaced; None when it cannot be placed."""
    wrong, right = correction.wrong, correction.right
    if correction.removes or right is None or correction.part not in (Part.PLACE, None):
        return None
    if wrong:
        return replace_words(place, wrong, right)
    return with_numbers(place, right) or with_name(place, right)


def apply(text: str, place: str | None, correction: Correction) -> Appeal | None:
    """Text and place after the correction; None when it fits neither of them."""
    old = place or ""
    new_text = correct_text(text, correction)
    new_place = correct_place(old, correction) if old else None
    if new_place is None and _must_be_in_place(old, new_text, correction):
        right = correction.right or ""
        new_place = answers.merge(old, answers.place_in(right) or right)
    if new_text is None and new_place is None:
        return None
    text = text if new_text is None else new_text
    if new_place is None or new_place == old:
        return Appeal(text, place)
    return Appeal(_with_place(text, old or answers.place_in(text) or "", new_place), new_place)


def _must_be_in_place(old: str, new_text: str | None, correction: Correction) -> bool:
    """Whether the place must take what is right though the wrong words do not stand in it."""
    if correction.part is not Part.PLACE or correction.removes or not correction.right:
        return False
    if not correction.wrong or new_text is None or not old:
        return True
    return any(part.text in old for part in _parts(correction.wrong))


def _with_place(text: str, old: str, new: str) -> str:
    """The text in which the words of the old place are those of the new one."""
    if old and old in text:
        return text.replace(old, new)
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
    """What the new place has for a part of the old; "" to leave it out, None to let it stand."""
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
