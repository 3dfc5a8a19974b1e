"""Folders of the data that Minhu ships and of the data that it writes; reads YAML."""

from pathlib import Path
from typing import Any

import yaml

_CODE = Path(__file__).parents[1]

IS_CHECKOUT = (_CODE / "requirements" / "rasa.txt").is_file()
# Holds `models/` and `var/`: the checkout or, when installed from a wheel, the working directory.
PROJECT = _CODE if IS_CHECKOUT else Path.cwd()
DATA = (Path(__file__).parent / "data").resolve()  # in a checkout a link to `data/`
MODELS = PROJECT / "models"


class NoModel(ValueError):
    """A model was not trained yet."""

    def __init__(self, model: Path) -> None:
        then = "" if IS_CHECKOUT else f" in a checkout of Minhu, and copy its models/ to {MODELS}"
        super().__init__(f"there is no {model}: run `make setup` first{then}")


def existing(model: Path) -> Path:
    """The file of a model. Raises NoModel."""
    if not model.exists():
        raise NoModel(model)
    return model


def parse_yaml(text: str) -> Any:
    """`yaml.safe_load` by libyaml, ten times as fast. Raises yaml.YAMLError."""
    return yaml.load(text, Loader=yaml.CSafeLoader)
