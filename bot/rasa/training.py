"""Trains Rasa's model and the app's own when what they are made from has changed."""

import json
import shutil
import subprocess
import sys
import time

from backend.settings import PROJECT_FOLDER
from bot.rasa.process import PYTHON, environment, require_rasa
from bot.rasa.training_inputs import fingerprint
from nlu import trained
from nlu.classifiers import meaning

MODELS = PROJECT_FOLDER / "models"
MODEL = MODELS / "minhu.tar.gz"
LOG = MODELS / "rasa.log"
FINGERPRINT = MODELS / "minhu.sha256"
INTENT_FLOOR = 0.93  # macro-F1 over the intents


def is_current() -> bool:
    """Raises BadInput outside a checkout."""
    require_rasa()
    outputs = [MODEL, FINGERPRINT, trained.DANGER, trained.PAST_CASES]
    outputs += [meaning.VECTORS] if meaning.is_installed() else []
    if not all(path.exists() for path in outputs):
        return False
    return FINGERPRINT.read_text() == fingerprint(PROJECT_FOLDER)


def train() -> float:
    """Train and note the fingerprint; returns the seconds that it took.

    Raises BadInput without Rasa, and CalledProcessError when Rasa refuses the data.
    """
    require_rasa()
    started = time.monotonic()
    read = fingerprint(PROJECT_FOLDER)  # before: what changes meanwhile may not have been read
    MODELS.mkdir(exist_ok=True)
    new = MODELS / "new"
    shutil.rmtree(new, ignore_errors=True)
    rasa = _start_rasa(
        "train", "nlu", "--nlu", "data/nlu", "--domain", "data/domain.yml",
        "--config", "config.yml", "--out", str(new), "--fixed-model-name", "minhu",
    )  # fmt: skip
    trained.train()  # meanwhile, on the other core
    _finish(rasa)
    (new / "minhu.tar.gz").replace(MODEL)
    new.rmdir()
    FINGERPRINT.write_text(read)
    return time.monotonic() - started


def run_tests() -> None:
    """`rasa test nlu` on lines of `tests/rasa`, which nothing is trained on.

    Raises BadInput without Rasa, CalledProcessError when Rasa fails, SystemExit below the floor.
    """
    require_rasa()
    out = PROJECT_FOLDER / "var" / "rasa-test"
    shutil.rmtree(out, ignore_errors=True)
    rasa = _start_rasa(
        "test", "nlu", "--model", str(MODEL), "--nlu", "tests/rasa", "--out", str(out), "--no-plot",
    )  # fmt: skip
    _finish(rasa)
    report = json.loads((out / "intent_report.json").read_text())
    score = report["macro avg"]["f1-score"]
    count = int(report["macro avg"]["support"])
    print(f"rasa test nlu: macro-F1 {score:.3f} over {count} lines (floor {INTENT_FLOOR})")
    if score < INTENT_FLOOR:
        sys.exit("the trained model understands less than it did")


def _start_rasa(*arguments: str) -> subprocess.Popen[bytes]:
    """Rasa's own output goes to a file, shown only when it fails."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("w") as output:
        return subprocess.Popen(
            [str(PYTHON), "-m", "rasa", *arguments],
            cwd=PROJECT_FOLDER, env=environment(), stdout=output, stderr=output,
        )  # fmt: skip


def _finish(rasa: subprocess.Popen[bytes]) -> None:
    """Raises CalledProcessError, after showing the end of Rasa's output."""
    if failed := rasa.wait():
        sys.stderr.write("".join(LOG.open(errors="replace").readlines()[-40:]))
        raise subprocess.CalledProcessError(failed, "rasa")
