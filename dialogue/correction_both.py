"""Puts a correction into the text and the place of an appeal, so that both say the same. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from dialogue.correction import Correction, Part
from dialogue.correction_places import replace_words, unit_of
from dialogue.corrections import apply, apply_place
from nlu.city.loaded import gazetteer
from nlu.places import answers
from nlu.places.parts import LONGEST, Level, clusters_in, numbers_in
from nlu.places.parts import Part as PlacePart

_SITES = (Level.SITE, Level.COMMUNITY)


@dataclass(frozen=True)
class Both:
    text: str
    place: str | None


def apply_both(text: str, place: str | None, correction: Correction) -> Both | None:
    """Text and place after the correction; None when it fits neither of them."""
    old = place or ""
    new_text = apply(text, correction)
    new_place = apply_place(old, correction) if old else None
    if new_place is None and _is_for_place(old, new_text, correction):
        right = correction.right or ""
        new_place = answers.merge(old, answers.place_in(right) or right)
    if new_text is None and new_place is None:
        return None
    result = text if new_text is None else new_text
    if new_place is None or new_place == old:
        return Both(result, place)
    was = old or answers.place_in(result) or ""
    return Both(with_place(result, was, new_place), new_place)


def _is_for_place(old: str, new_text: str | None, correction: Correction) -> bool:
    """Whether the place must take what is right though the wrong words do not stand in it."""
    if correction.part is not Part.PLACE or correction.removes or not correction.right:
        return False
    if not correction.wrong or new_text is None or not old:
        return True
    return any(part.text in old for part in _parts(correction.wrong))


def with_place(text: str, old: str, new: str) -> str:
    """The text in which the words of the old place are those of the new one."""
    if not old:
        return text
    if old in text:
        return text.replace(old, new)
    gone = [part for part in _parts(old) if part.text not in new]
    come = [part for part in _parts(new) if part.text not in old]
    for part in gone:
        instead = _instead_of(part, come)
        if part.text not in text or instead is None:
            continue
        text = (
            (replace_words(text, part.text, instead) or text) if instead else _without(text, part)
        )
    return text


def _without(text: str, part: PlacePart) -> str:
    return text.replace(part.text, "") or text


def _parts(place: str) -> list[PlacePart]:
    head = place[:LONGEST]
    named = [part for cluster in clusters_in(head, gazetteer()) for part in cluster]
    taken = {at for part in named for at in range(part.start, part.end)}
    return [*named, *(part for part in numbers_in(head) if part.start not in taken)]


def _instead_of(part: PlacePart, come: Sequence[PlacePart]) -> str | None:
    """What the new place has for a part of the old; empty to leave it out, None to let it stand."""
    if part.level is Level.NUMBER:
        unit = unit_of(part.text)
        same = [one for one in come if one.level is Level.NUMBER and unit_of(one.text) == unit]
        moved = any(one.level in _SITES for one in come)
        return same[0].text if same else ("" if moved else None)
    levels = _SITES if part.level in _SITES else (part.level,)
    return next((one.text for level in levels for one in come if one.level is level), None)
