"""Reader of Rasa's training files: hand-written example messages of each intent."""

import re
from collections.abc import Iterator
from pathlib import Path

from nlu.folders import parse_yaml

_ENTITY_MARK = re.compile(r"\[([^\]]*)\]\([^)]*\)")  # [文三路](location)


def examples_in(folder: Path) -> Iterator[tuple[str, str]]:
    """(intent, example text) of every YAML file in `folder`, entity marks removed."""
    for path in sorted(folder.glob("*.yml")):
        for block in parse_yaml(path.read_text(encoding="utf-8"))["nlu"]:
            for line in block["examples"].splitlines() if "intent" in block else ():
                yield block["intent"], _ENTITY_MARK.sub(r"\1", line.removeprefix("- ").strip())
