"""The hand-written examples of what residents say, from Rasa's training files."""

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

_MARK = re.compile(r"\[([^\]]*)\]\([^)]*\)")  # [文三路](location)


def examples_in(folder: Path) -> Iterator[tuple[str, str]]:
    """(intent, words), without the marks of places, times and numbers."""
    for path in sorted(folder.glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            for line in block["examples"].splitlines() if "intent" in block else ():
                yield block["intent"], _MARK.sub(r"\1", line.removeprefix("- ").strip())
