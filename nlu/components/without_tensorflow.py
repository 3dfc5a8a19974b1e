"""Stand-ins for TensorFlow, which Rasa imports and Minhu's pipeline never uses.

TensorFlow takes about 250 MB of the parse server and half of its start. Rasa 3.6 imports it
wherever it defines a neural component, whatever the pipeline is. Rasa's modules need names to
subclass, to decorate with and to annotate with; `Name` is all of these. See docs/decisions/0028.
"""

import json
import sys
import tarfile
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

PACKAGES = {"tensorflow", "tensorflow_addons", "tensorflow_hub", "keras"}
VERSION = "2.12.0"  # Rasa compares it
# Modules of a pipeline that never call TensorFlow.
LIGHT = ("nlu.components.", "rasa.graph_components.", "rasa.nlu.classifiers.regex_message_handler.")


def is_light(model: str) -> bool:
    """True if no component of the model archive at path `model` needs TensorFlow."""
    with tarfile.open(model) as archive:
        metadata = json.load(archive.extractfile("metadata.json"))
    nodes = metadata["predict_schema"]["nodes"].values()
    return all(node["uses"].startswith(LIGHT) for node in nodes)


class _Names(type):
    """Makes every attribute, index, union and call of `Name` another `Name`."""

    def __getattr__(cls, name: str) -> "type[Name]":
        if name.startswith("__"):  # Python and the typing module look for these
            raise AttributeError(name)
        return Name

    def __getitem__(cls, key: Any) -> "type[Name]":
        return Name

    def __call__(cls, *arguments: Any, **options: Any) -> Any:
        """The function that is decorated, or a decorator."""
        is_decorator = len(arguments) == 1 and callable(arguments[0])
        return arguments[0] if is_decorator else Name


class Name(metaclass=_Names):
    """Whatever Rasa takes from TensorFlow while it is imported."""


class _StandIn(ModuleType):
    def __getattr__(self, name: str) -> type[Name]:
        return Name.__getattr__(name)


class _Finder(MetaPathFinder, Loader):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] not in PACKAGES:
            return None
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        module.__version__ = VERSION


def install() -> None:
    """Put the stand-ins before TensorFlow. Call it before the first import of Rasa."""
    sys.meta_path.insert(0, _Finder())
