"""The files that training reads. When one of them changes, the models are stale.

Articles are not among them: the vector of a sentence that training did not see is computed later.
"""

import ast
import hashlib
from collections.abc import Iterator
from pathlib import Path

# What is run to train: the app's own models, and Rasa's two components.
ENTRIES = ("nlu.trained", "nlu.components.intents", "nlu.components.entities")
READ = (
    "config.yml",
    "data/danger.yml",
    "data/domain.yml",
    "data/nlu/**/*.yml",
    "data/appeals/*.jsonl",
    "data/areas/*.csv",
    "data/power_list/*.csv",
    "requirements/app.txt",  # the versions of the libraries that fit the models
    "requirements/rasa.txt",
)
NOT_READ = "counties.csv"  # of other cities: a text is compared with it, no model is fitted to it


def fingerprint(root: Path) -> str:
    """A digest of the names and contents of all files that training reads below `root`."""
    digest = hashlib.sha256()
    for path in training_files(root):
        digest.update(str(path.relative_to(root)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def training_files(root: Path) -> list[Path]:
    read = {path for pattern in READ for path in root.glob(pattern) if path.name != NOT_READ}
    return sorted(read | modules(root))


def modules(root: Path) -> set[Path]:
    """The files of `ENTRIES`, and of all that they import of ours, also inside functions."""
    reached: dict[str, Path] = {}
    waiting = list(ENTRIES)
    while waiting:
        name = waiting.pop()
        path = _file_of(name, root)
        if path is not None and name not in reached:
            reached[name] = path
            waiting += [name.rpartition(".")[0], *_imported_by(path)]
    return set(reached.values())


def _file_of(module: str, root: Path) -> Path | None:
    """None for libraries, and for a name that is imported from a module."""
    path = root.joinpath(*module.split("."))
    candidates = (path.with_suffix(".py"), path / "__init__.py") if module else ()
    return next((file for file in candidates if file.is_file()), None)


def _imported_by(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
