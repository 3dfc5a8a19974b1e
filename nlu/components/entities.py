"""Rasa component: entity extractor over `nlu.messages.entities`."""

from collections.abc import Iterator
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.messages.entities import EntityModel, train
from nlu.messages.marks import Mark

MODEL = "entities.crfsuite"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class MinhuEntities(GraphComponent, EntityExtractorMixin):
    """Extracts places, times, telephone numbers and case numbers.

    Rasa's model archive stores this class by its module path: do not rename either.
    """

    def __init__(self, storage: ModelStorage, resource: Resource, model: EntityModel | None = None):
        self._storage = storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "MinhuEntities":
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "MinhuEntities":
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, EntityModel((folder / MODEL).read_bytes()))

    def train(self, training_data: TrainingData) -> Resource:
        examples = [(e.get(TEXT), list(_marks(e))) for e in training_data.nlu_examples]
        with self._storage.write_to(self._resource) as folder:
            train(examples, folder / MODEL)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            if self._model is not None and message.get(TEXT):
                message.set(ENTITIES, self._model.find(message.get(TEXT)), add_to_output=True)
        return messages


def _marks(example: Message) -> Iterator[Mark]:
    for entity in example.get(ENTITIES) or ():
        yield Mark(entity["entity"], entity["start"], entity["end"])
