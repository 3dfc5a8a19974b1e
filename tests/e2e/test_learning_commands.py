"""A city's own history from the command line: model_file from, tried, switched on and back."""

import json
from pathlib import Path
from typing import Any

import pytest

from backend.database import Database
from backend.demo import seed_staff
from tests.e2e.shell import Ended, minhu
from tests.support.histories import HISTORY, NEW_THING, rows, write

pytestmark = [pytest.mark.whole, pytest.mark.timeout(300)]


def refused(ended: Ended, *phrases: str) -> None:
    assert ended.returncode == 2
    [line] = ended.stderr.splitlines()
    for phrase in phrases:
        assert phrase in line


BAD_LINES = [
    "{",
    {"text": "路灯不亮", "domain": "月球", "unit_type": "urban_management"},
    {"text": "井盖没了", "domain": "城乡建设", "unit_type": "circus"},
    '["列表"]',
]


@pytest.fixture(scope="module")
def history_with_bad_lines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lines = [*rows()[:20], *BAD_LINES, *rows()[20:]]
    return write(tmp_path_factory.mktemp("history") / "history.jsonl", lines)


@pytest.fixture(scope="module")
def learning(
    history_with_bad_lines: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Ended, Path]:
    """One run of `minhu learn` and its model: a training takes most of these tests' time."""
    model = tmp_path_factory.mktemp("model") / "town.zip"
    return minhu("learn", "--history", str(history_with_bad_lines), "--out", str(model)), model


@pytest.fixture
def model_file(learning: tuple[Ended, Path]) -> Path:
    return learning[1]


@pytest.fixture
def city(own_database: Database) -> dict[str, str]:
    """Settings for a city with its sign-ins and no cases."""
    with own_database.begin() as session:
        seed_staff(session, "a long password")
    return {"MINHU_DATABASE_URL": own_database.url}


def route(*arguments: object, text: str = NEW_THING) -> dict[str, Any]:
    ended = minhu("route", *map(str, arguments), stdin=json.dumps({"text": text}) + "\n")
    assert (ended.returncode, ended.stderr) == (0, "")
    result: dict[str, Any] = json.loads(ended.stdout)
    return result


def test_routing_knows_what_was_learnt(model_file: Path) -> None:
    def likeliest(body: dict[str, Any]) -> tuple[str, str]:
        [like] = [one for one in body["evidence"] if one["what"] == "past_cases"]
        return like["model"], like["unit_type"]

    before, after = route(), route("--model", model_file)
    assert likeliest(before)[0] == "built-in"
    assert likeliest(after) == ("town", "telecom_post")
    assert before.keys() == after.keys()


def test_learning_reports_its_accuracy(learning: tuple[Ended, Path]) -> None:
    errors = learning[0].stderr
    assert "domain, 9 held-out cases: accuracy" in errors
    assert "unit type, 9 held-out cases: accuracy" in errors
    assert not any(text in errors + learning[0].stdout for text, *_ in HISTORY)


def test_bad_lines_are_named_and_model_still_written(learning: tuple[Ended, Path]) -> None:
    ended, model = learning
    assert ended.returncode == 2
    complaints = [line for line in ended.stderr.splitlines() if line.startswith("line ")]
    assert complaints == [
        "line 21: not JSON in UTF-8",
        "line 22: unknown domain '月球'",
        "line 23: unknown unit type 'circus'",
        'line 24: an object with a string "text" is needed',
    ]
    assert "Traceback" not in ended.stderr
    assert route("--model", model)["unit_types"]


def test_a_history_of_no_use(tmp_path: Path) -> None:
    out = tmp_path / "model.zip"
    history = write(tmp_path / "h.jsonl", ["", {"text": "没有结论"}])
    ended = minhu("learn", "--history", str(history), "--out", str(out))
    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1].startswith("the history has no case")
    assert not out.exists()


def test_files_that_cannot_be_used(tmp_path: Path) -> None:
    history, nowhere = str(write(tmp_path / "h.jsonl")), str(tmp_path / "none" / "model.zip")
    refused(minhu("learn", "--history", nowhere, "--out", history), "No such file")
    refused(minhu("learn", "--history", history, "--out", nowhere), "cannot be written")
    refused(minhu("route", "--model", history), "h.jsonl", "not a model")
    refused(minhu("route", "--model", nowhere), "No such file")


def test_model_can_be_stored_replayed_activated_and_reverted(
    model_file: Path, city: dict[str, str], tmp_path: Path
) -> None:
    history = write(tmp_path / "past.jsonl")

    def model(*arguments: object, stdin: str = "") -> Ended:
        ended = minhu("model", *map(str, arguments), stdin=stdin, **city)
        assert "Traceback" not in ended.stderr
        assert not any(text in ended.stderr + ended.stdout for text, *_ in HISTORY)
        return ended

    refused(model("add", history, "--name", "other"), "not a model")
    assert "model 1 is kept" in model("add", model_file, "--name", "town").stdout
    replayed = model("replay", 1, "--history", history).stdout
    assert "45 cases of past.jsonl: built-in -> town" in replayed
    assert "mended" in replayed
    assert "-> 科技与信息产业" in replayed

    refused(model("use", 1, "--by", "admin", "--yes"), "nothing to replay over")
    refused(model("use", 1, "--by", "nobody", "--history", history, "--yes"), "'nobody'")
    declined = model("use", 1, "--by", "admin", "--history", history, stdin="n\n")
    assert declined.returncode == 1
    assert "nothing was switched" in declined.stdout
    assert model("list").stdout.splitlines()[0].startswith("*")

    used = model("use", 1, "--by", "admin", "--history", history, stdin="y\n")
    assert used.returncode == 0, used.stderr
    assert "mended" in used.stdout
    listed = model("list").stdout.splitlines()
    assert listed[1].startswith("*")
    assert "town: 47 cases" in listed[1]  # two of the bad lines say one thing that is right
    assert model("back", "--by", "admin").stdout == "built-in is in use\n"
    refused(model("back"), "nothing to go back to")
