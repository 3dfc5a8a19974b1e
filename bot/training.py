"""Trains the model when what it is made from has changed."""

import hashlib
import shutil
import subprocess
import sys
import time
from pathlib import Path

from backend.settings import DATA_FOLDER, PROJECT_FOLDER
from bot.rasa_process import PYTHON, environment

MODELS = PROJECT_FOLDER / "models"
MODEL = MODELS / "minhu.tar.gz"
LOG = MODELS / "rasa.log"
FINGERPRINT = MODELS / "minhu.sha256"


def inputs() -> list[Path]:
    """Every file that the model is made from."""
    folders = (
        DATA_FOLDER / "nlu",
        DATA_FOLDER / "areas",
        PROJECT_FOLDER / "dialogue",
        PROJECT_FOLDER / "nlu" / "components",
    )
    kinds = {".yml", ".csv"}
    found = [p for folder in folders for p in folder.rglob("*") if p.suffix in kinds]
    components = (PROJECT_FOLDER / "nlu" / "components").glob("*.py")
    own = [
        PROJECT_FOLDER / "nlu" / "words.py",
        PROJECT_FOLDER / "config.yml",
        PROJECT_FOLDER / "requirements" / "rasa.txt",
    ]
    return sorted([*found, *components, *own])


def fingerprint() -> str:
    digest = hashlib.sha256()
    for path in inputs():
        digest.update(str(path.relative_to(PROJECT_FOLDER)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_current() -> bool:
    return MODEL.exists() and FINGERPRINT.exists() and FINGERPRINT.read_text() == fingerprint()


def train(*, from_scratch: bool = False) -> float:
    """Train and note the fingerprint; returns the seconds that it took.

    Rasa keeps what it trained before and uses it again, unless this is `from_scratch`.

    Raises CalledProcessError when Rasa refuses the data.
    """
    started = time.monotonic()
    MODELS.mkdir(exist_ok=True)
    new = MODELS / "new"
    shutil.rmtree(new, ignore_errors=True)
    _run_rasa(
        "train", "--domain", "dialogue/domain", "--data", "data/nlu", "dialogue/rules",
        "--config", "config.yml", "--out", str(new), "--fixed-model-name", "minhu",
        *(["--force"] if from_scratch else []),
    )  # fmt: skip
    (new / "minhu.tar.gz").replace(MODEL)
    new.rmdir()
    FINGERPRINT.write_text(fingerprint())
    return time.monotonic() - started


def run_tests() -> None:
    """`rasa test` on the dialogue's stories. Raises CalledProcessError on a failure."""
    _run_rasa(
        "test", "core", "--e2e", "--model", str(MODEL), "--stories", "tests/rasa",
        "--out", "var/rasa-test", "--fail-on-prediction-errors",
    )  # fmt: skip


def _run_rasa(*arguments: str) -> None:
    """Rasa's own output goes to a file, shown only when it fails."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("w") as output:
        command = [str(PYTHON), "-m", "rasa", *arguments]
        failed = subprocess.run(
            command, cwd=PROJECT_FOLDER, env=environment(), stdout=output, stderr=output
        ).returncode
    if failed:
        sys.stderr.write("".join(LOG.open(errors="replace").readlines()[-40:]))
        raise subprocess.CalledProcessError(failed, "rasa")
