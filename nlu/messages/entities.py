"""What a message names: places and times by a linear chain over characters, numbers by rule.

Needs python-crfsuite, in one version in both environments.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pycrfsuite  # type: ignore[import-not-found,import-untyped,unused-ignore]

from nlu.city.loaded import cutter, gazetteer
from nlu.language.text import find_case_nos, find_phones
from nlu.messages.borders import settled
from nlu.messages.marks import Marked, features_of, labels_of, marked_in

LABELS = frozenset({"location", "time"})
# As good as a conditional random field fitted by its gradient, in a fifth of the time.
ALGORITHM = "passive-aggressive"
FIT: Mapping[str, int] = {"max_iterations": 15}

Entity = dict[str, Any]  # entity, value, start, end: as Rasa has them


class EntityModel:
    def __init__(self, packed: bytes) -> None:
        self._packed = packed  # the tagger reads from it for as long as it lives
        self._tagger = pycrfsuite.Tagger()  # type: ignore[attr-defined,unused-ignore]
        self._tagger.open_inmemory(self._packed)

    def find(self, text: str) -> list[Entity]:
        """Entities in order, none over another; positions are those of `text` as it stands."""
        if not text:
            return []
        marked = list(marked_in(self._tagger.tag(features_of(text, cutter(), gazetteer()))))
        labelled = [
            _entity(m.label, text[m.start : m.end], m.start, m.end) for m in settled(text, marked)
        ]
        return _apart([*_numbers(text), *labelled])


def train(examples: Iterable[tuple[str, Sequence[Marked]]], path: Path) -> None:
    """Learn from texts with their marks; the model is written to `path`."""
    trainer = pycrfsuite.Trainer(  # type: ignore[attr-defined,unused-ignore]
        algorithm=ALGORITHM, verbose=False, params=FIT
    )
    for text, marks in examples:
        features = features_of(text, cutter(), gazetteer())
        trainer.append(features, labels_of(len(text), (m for m in marks if m.label in LABELS)))
    trainer.train(str(path))


def _numbers(text: str) -> Iterator[Entity]:
    for name, find in (("phone", find_phones), ("case_no", find_case_nos)):
        for found in find(text):
            yield _entity(name, found.value, found.start, found.end)


def _entity(name: str, value: str, start: int, end: int) -> Entity:
    return {"entity": name, "value": value, "start": start, "end": end, "extractor": "minhu"}


def _apart(found: Iterable[Entity]) -> list[Entity]:
    """Where two overlap the first stands: a number is known by its shape."""
    kept: list[Entity] = []
    for entity in found:
        if all(entity["end"] <= k["start"] or k["end"] <= entity["start"] for k in kept):
            kept.append(entity)
    return sorted(kept, key=lambda entity: int(entity["start"]))
