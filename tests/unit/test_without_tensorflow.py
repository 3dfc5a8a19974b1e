"""Which models are served without TensorFlow."""

import io
import json
import tarfile
from pathlib import Path

import pytest

from nlu.components.without_tensorflow import is_light

CONVERTER = "rasa.graph_components.converters.nlu_message_converter.NLUMessageConverter"
REGEX = "rasa.nlu.classifiers.regex_message_handler.RegexMessageHandler"
INTENTS = "nlu.components.intents.MinhuIntents"


def archive(folder: Path, *components: str) -> str:
    nodes = {f"node {i}": {"uses": component} for i, component in enumerate(components)}
    metadata = json.dumps({"predict_schema": {"nodes": nodes}}).encode()
    path = folder / "model.tar.gz"
    with tarfile.open(path, "w:gz") as packed:
        entry = tarfile.TarInfo("metadata.json")
        entry.size = len(metadata)
        packed.addfile(entry, io.BytesIO(metadata))
    return str(path)


@pytest.mark.parametrize(
    ("components", "light"),
    [
        ([CONVERTER, INTENTS, REGEX], True),
        ([CONVERTER, INTENTS, "rasa.nlu.classifiers.diet_classifier.DIETClassifier"], False),
        ([CONVERTER, "rasa.nlu.featurizers.dense_featurizer.lm_featurizer.LM"], False),
        ([CONVERTER, "nlu.components_of_a_city.Neural"], False),
    ],
)
def test_neural_models_get_tensorflow(tmp_path: Path, components: list[str], light: bool) -> None:
    assert is_light(archive(tmp_path, *components)) is light
