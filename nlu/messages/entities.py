"""Entities of a message: places and times by a linear-chain model, numbers by rule.

The model labels characters. Both environments need the same version of python-crfsuite.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pycrfsuite  # type: ignore[import-not-found,import-untyped,unused-ignore]

from nlu.city.loaded import cutter, gazetteer
from nlu.language.text import find_case_nos, find_phones
from nlu.messages.borders import correct_place_ends
from nlu.messages.marks import Mark, features_of, labels_of, marks_in

LABELS = frozenset({"location", "time"})
# Trains in a fifth of the time of a gradient-fitted conditional random field, equally accurate.
ALGORITHM = "passive-aggressive"
FIT: Mapping[str, int] = {"max_iterations": 15}
_UNLISTED_EVERY = 3  # lines
_OF_LISTS = re.compile(r"(?:before |after )*(?:estate|road|place) (?:inside|first|last)$")

Entity = dict[str, Any]  # Rasa's format: entity, value, start, end, extractor


class EntityModel:
    """Trained tagger for places and times."""

    def __init__(self, packed: bytes) -> None:
        self._packed = packed  # the tagger reads from this buffer and does not copy it
        self._tagger = pycrfsuite.Tagger()  # type: ignore[attr-defined,unused-ignore]
        self._tagger.open_inmemory(self._packed)

    def find(self, text: str) -> list[Entity]:
        """Entities of a raw text in order, without overlaps; positions refer to `text`."""
        if not text:
            return []
        marks = list(marks_in(self._tagger.tag(features_of(text, cutter(), gazetteer()))))
        labelled = [
            _entity(mark.label, text[mark.start : mark.end], mark.start, mark.end)
            for mark in correct_place_ends(text, marks)
        ]
        return _resolve_overlaps([*_numbers(text), *labelled])


def train(examples: Iterable[tuple[str, Sequence[Mark]]], path: Path) -> None:
    """Train a model on (text, marks) pairs and write it to `path`.

    One line in three is read as if no list had its names, so that unlisted names are learnt too.
    """
    trainer = pycrfsuite.Trainer(  # type: ignore[attr-defined,unused-ignore]
        algorithm=ALGORITHM, verbose=False, params=FIT
    )
    for number, (text, marks) in enumerate(examples):
        features = features_of(text, cutter(), gazetteer())
        if number % _UNLISTED_EVERY == 0:
            features = [[name for name in row if not _OF_LISTS.match(name)] for row in features]
        trainer.append(features, labels_of(len(text), (m for m in marks if m.label in LABELS)))
    trainer.train(str(path))


def _numbers(text: str) -> Iterator[Entity]:
    for name, find in (("phone", find_phones), ("case_no", find_case_nos)):
        for number in find(text):
            yield _entity(name, number.value, number.start, number.end)


def _entity(name: str, value: str, start: int, end: int) -> Entity:
    return {"entity": name, "value": value, "start": start, "end": end, "extractor": "minhu"}


def _resolve_overlaps(candidates: Iterable[Entity]) -> list[Entity]:
    """Drop each entity that overlaps an earlier one; numbers come first, as rules are exact."""
    entities: list[Entity] = []
    for entity in candidates:
        if all(
            entity["end"] <= earlier["start"] or earlier["end"] <= entity["start"]
            for earlier in entities
        ):
            entities.append(entity)
    return sorted(entities, key=lambda entity: int(entity["start"]))
