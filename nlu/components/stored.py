"""Base of Minhu's Rasa components: a model that is one file in Rasa's model storage."""

from pathlib import Path
from typing import Any, TypeVar

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage

Component = TypeVar("Component", bound="StoredModel")


class StoredModel(GraphComponent):
    """Component with a model; `model` is None until it is trained or loaded."""

    def __init__(self, storage: ModelStorage, resource: Resource, model: Any = None):
        self._storage = storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls: type[Component],
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Component:
        """An untrained component (called by Rasa)."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls: type[Component],
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Component:
        """A component with the model of the archive (called by Rasa)."""
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, cls.read_model(folder))

    @classmethod
    def read_model(cls, folder: Path) -> Any:
        """Load the model from its folder in the storage."""
        raise NotImplementedError
