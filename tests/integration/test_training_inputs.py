"""When the models are stale: after a change of what training reads, and of nothing else."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from backend.settings import PROJECT_FOLDER
from bot.rasa.training_inputs import fingerprint, training_files

READING = """
import sys
opened = set()
sys.addaudithook(lambda event, given: event == "open" and opened.add(str(given[0])))
from pathlib import Path
from nlu.classifiers import fitting
from nlu.dangers import emergency
from nlu.folders import DATA
from nlu.matters import past_cases
from nlu.messages import entities, intents
from nlu.messages.marks import Mark
fitting.fit = lambda *given: None  # takes half a minute, and reads nothing
emergency.load(DATA)
emergency.train({"fire": ["着火了"]})
past_cases.train(past_cases.load(DATA / "appeals")[:2])
intents.train(["路灯坏了"], ["lodge_appeal"], {})
entities.train([("文三路的灯", [Mark("location", 0, 3)])] * 2, Path(sys.argv[1]))
print("\\n".join(opened))
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for folder in ("data", "dialogue", "nlu", "requirements"):
        shutil.copytree(PROJECT_FOLDER / folder, tmp_path / folder, symlinks=True)
    shutil.copy(PROJECT_FOLDER / "config.yml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "is_stale"),
    [
        ("dialogue/texts/chat.py", False),
        ("data/knowledge/garbage-sorting.md", False),
        ("data/areas/counties.csv", False),
        ("nlu/components/serve.py", False),
        ("nlu/speech/tidy.py", False),
        ("data/nlu/greet.yml", True),
        ("data/domain.yml", True),
        ("data/danger.yml", True),
        ("config.yml", True),
        ("requirements/rasa.txt", True),
        ("nlu/components/intents.py", True),
        ("nlu/classifiers/fitting.py", True),  # imported inside a function
        ("nlu/gazetteer/places.py", True),  # imported by what a component imports
    ],
)
def test_a_change_makes_the_models_stale(file: str, is_stale: bool, checkout: Path) -> None:
    before = fingerprint(checkout)
    with (checkout / file).open("a") as changed:
        changed.write("\n# changed\n")
    assert (fingerprint(checkout) != before) == is_stale


def test_new_examples_file_makes_models_stale(checkout: Path) -> None:
    before = fingerprint(checkout)
    (checkout / "data/nlu/new.yml").write_text("nlu: []\n")
    assert fingerprint(checkout) != before


def test_whatever_training_opens_is_among_the_files(tmp_path: Path) -> None:
    opened = subprocess.run(
        [sys.executable, "-c", READING, str(tmp_path / "entities")],
        cwd=PROJECT_FOLDER, check=True, capture_output=True, text=True, timeout=120,
    ).stdout.splitlines()  # fmt: skip
    data = {Path(name) for name in opened if name.startswith(f"{PROJECT_FOLDER}/data/")}
    data = {path for path in data if path.name != "VERSION"}  # shown, never learnt from
    assert len(data) > 30
    assert data - set(training_files(PROJECT_FOLDER)) == set()
