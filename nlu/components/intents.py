"""Rasa component: intent classifier over `nlu.messages.intents`."""

from pathlib import Path
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.stored import StoredModel
from nlu.messages.intents import IntentModel, train

MODEL = "intents.zip"
MOST_RANKED = 5


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class MinhuIntents(StoredModel, IntentClassifier):
    """Sets the intent and the ranking of the five likeliest intents.

    Rasa's model archive stores this class by its module path: do not rename either.
    """

    @classmethod
    def read_model(cls, folder: Path) -> IntentModel:
        """Load the model from its folder in the storage."""
        return IntentModel.from_bytes((folder / MODEL).read_bytes())

    def train(self, training_data: TrainingData) -> Resource:
        """Train on the examples and store the model (called by Rasa)."""
        examples = training_data.intent_examples
        cues = {feature["name"]: feature["pattern"] for feature in training_data.regex_features}
        model = train([e.get(TEXT) for e in examples], [e.get(INTENT) for e in examples], cues)
        with self._storage.write_to(self._resource) as folder:
            (folder / MODEL).write_bytes(model.to_bytes())
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent and ranking of each message (called by Rasa)."""
        for message in messages:
            ranking = self._ranking(message.get(TEXT) or "")
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def _ranking(self, text: str) -> list[dict[str, Any]]:
        assert self._model is not None
        likelihoods = self._model.likelihoods(text)
        return [{"name": n, "confidence": p} for n, p in list(likelihoods.items())[:MOST_RANKED]]
