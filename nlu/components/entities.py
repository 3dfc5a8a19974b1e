"""Rasa component: entity extractor over `nlu.messages.entities`."""

from collections.abc import Iterator
from pathlib import Path

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.stored import StoredModel
from nlu.messages.entities import EntityModel, train
from nlu.messages.marks import Mark

MODEL = "entities.crfsuite"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class MinhuEntities(StoredModel, EntityExtractorMixin):
    """Extracts places, times, telephone numbers and case numbers.

    Rasa's model archive stores this class by its module path: do not rename either.
    """

    @classmethod
    def read_model(cls, folder: Path) -> EntityModel:
        """Load the model from its folder in the storage."""
        return EntityModel((folder / MODEL).read_bytes())

    def train(self, training_data: TrainingData) -> Resource:
        """Train on the examples and store the model (called by Rasa)."""
        examples = [(e.get(TEXT), list(_marks(e))) for e in training_data.nlu_examples]
        with self._storage.write_to(self._resource) as folder:
            train(examples, folder / MODEL)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the entities of each message with text; none before training (called by Rasa)."""
        for message in messages:
            if self._model is not None and message.get(TEXT):
                message.set(ENTITIES, self._model.find(message.get(TEXT)), add_to_output=True)
        return messages


def _marks(example: Message) -> Iterator[Mark]:
    for entity in example.get(ENTITIES) or ():
        yield Mark(entity["entity"], entity["start"], entity["end"])
