"""The trained classifier and tagger, without a Rasa server."""

import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from nlu.messages.entities import EntityModel
from nlu.messages.intents import IntentModel


@dataclass(frozen=True)
class Parser:
    intents: IntentModel
    entities: EntityModel

    @classmethod
    def load(cls, model: Path) -> "Parser":
        """Read what the components of `nlu.components` keep in Rasa's model archive."""
        with tarfile.open(model) as archive:
            intents = IntentModel.from_bytes(_member(archive, "/intents.zip"))
            return cls(intents, EntityModel(_member(archive, "/entities.crfsuite")))

    def parse(self, text: str) -> dict[str, Any]:
        """As `POST /model/parse` answers: `intent` with `name` and `confidence`, `entities`."""
        name, confidence = next(iter(self.intents.likelihoods(text).items()))
        entities: Sequence[dict[str, Any]] = self.entities.find(text)
        return {"intent": {"name": name, "confidence": confidence}, "entities": list(entities)}


def _member(archive: tarfile.TarFile, ending: str) -> bytes:
    name = next(name for name in archive.getnames() if name.endswith(ending))
    file = archive.extractfile(name)
    assert file is not None
    return file.read()


@cache
def parser_of(model: Path) -> Parser:
    return Parser.load(model)
