"""What a backup holds, written last: a folder without it is no backup."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from backend.errors import BadInput

NAME = "manifest.json"
DUMP = "database.dump"
FILES = "attachments"


@dataclass(frozen=True)
class Manifest:
    made_at: str
    program: str  # version
    schema: str  # newest migration
    server: int  # major version of PostgreSQL
    rows: dict[str, int]  # by table
    dump_sha256: str
    files: int
    missing: list[str]  # digests that the database names and no file has


def write(folder: Path, manifest: Manifest) -> None:
    text = json.dumps(asdict(manifest), indent=2, sort_keys=True)
    with (folder / NAME).open("x") as file:
        file.write(text + "\n")


def read(folder: Path) -> Manifest:
    """Raises BadInput for a folder that holds no complete backup."""
    try:
        content: dict[str, Any] = json.loads((folder / NAME).read_text())
        return Manifest(**content)
    except (OSError, ValueError, TypeError) as error:
        raise BadInput(f"{folder} holds no complete backup: {NAME} cannot be read") from error


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
