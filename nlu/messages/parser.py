"""Parser that runs the trained intent and entity models without a Rasa server."""

import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from nlu.folders import existing
from nlu.messages.entities import EntityModel
from nlu.messages.intents import IntentModel


@dataclass(frozen=True)
class Parser:
    """Intent model and entity model of one trained archive."""

    intents: IntentModel
    entities: EntityModel

    @classmethod
    def load(cls, model: Path) -> "Parser":
        """Load the models that `nlu.components` stored in Rasa's model archive (tar.gz).

        Raises NoModel.
        """
        with tarfile.open(existing(model)) as archive:
            intents = IntentModel.from_bytes(_member(archive, "/intents.zip"))
            return cls(intents, EntityModel(_member(archive, "/entities.crfsuite")))

    def parse(self, text: str) -> dict[str, Any]:
        """Intent and entities of a raw text, in the format of Rasa's `POST /model/parse`."""
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
    """The parser of a model archive, loaded once per process."""
    return Parser.load(model)
