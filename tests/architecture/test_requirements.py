"""docs/requirements.md is complete, and what it names exists."""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
PAGE = (ROOT / "docs/requirements.md").read_text(encoding="utf-8")
STATES = {"done", "part", "open", "hook", "policy"}
SHOWN_BY_A_TEST = {"done", "part"}
FOLDERS = {"bot", "dialogue", "backend", "nlu", "data", "docs"}


@dataclass(frozen=True)
class Row:
    number: str
    requirement: str
    state: str
    where: str
    test: str

    @property
    def paths(self) -> list[str]:
        return quoted(self.where)

    @property
    def tests(self) -> list[str]:
        return quoted(self.test)


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def table(heading: str) -> list[list[str]]:
    """The cells of the rows below a heading."""
    _, heading_line, below = PAGE.partition(f"\n## {heading}\n")
    assert heading_line, heading
    lines = [line for line in below.split("\n## ")[0].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


ROWS = [Row(*cells) for cells in table("The requirements")]
GOALS = table("The seven unified goals (S01)")
TASKS = table("The six first-level tasks (S51)")
NAMED_TESTS = {test for row in ROWS for test in row.tests} | {
    test for _, _, cell in TASKS for test in quoted(cell)
}


def missing_part(test: str) -> str | None:
    """What a `file::name` lacks; None when it exists."""
    name, _, function = test.partition("::")
    file = TESTS / name
    if not file.is_file() or not file.name.startswith("test_"):
        return f"no test file {name}"
    tree = ast.parse(file.read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    functions = {it.name for it in ast.walk(tree) if isinstance(it, kinds)}
    tests = {it for it in functions if it.startswith("test_")}
    if not tests:
        return f"no test in {name}"
    return f"no {function} in {name}" if function and function not in tests else None


def test_every_number_stands_once_and_in_order() -> None:
    assert [row.number for row in ROWS] == [f"S{number:02}" for number in range(1, 98)]


def test_every_row_has_a_requirement_and_a_state() -> None:
    assert [row.number for row in ROWS if not row.requirement] == []
    states = {row.number: row.state.partition(": ") for row in ROWS}
    assert {number: it for number, it in states.items() if it[0] not in STATES} == {}
    assert [number for number, it in states.items() if it[0] == "part" and not it[2]] == []


def test_the_goals_and_the_tasks_are_all_there() -> None:
    assert len(GOALS) == 7
    assert len(TASKS) == 6
    assert [it[0] for it in (*GOALS, *TASKS) if not quoted(it[1])] == []
    assert [it[0] for it in TASKS if not quoted(it[2])] == []


def test_every_path_exists() -> None:
    paths = {path for row in ROWS for path in row.paths}
    paths |= {path for it in (*GOALS, *TASKS) for path in quoted(it[1])}
    assert [path for path in sorted(paths) if path.split("/")[0] not in FOLDERS] == []
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []


def test_every_test_exists() -> None:
    assert [lack for test in sorted(NAMED_TESTS) if (lack := missing_part(test))] == []


def test_begun_requirements_name_a_path_and_a_test() -> None:
    begun_rows = [row for row in ROWS if not row.state.startswith("open")]
    assert [row.number for row in begun_rows if not row.paths] == []
    rows = [row for row in begun_rows if row.state.partition(":")[0] in SHOWN_BY_A_TEST]
    assert [row.number for row in rows if not row.tests] == []


@pytest.mark.parametrize(
    "test",
    [
        "unit/test_nowhere.py",
        "builders.py",
        "architecture/test_requirements.py::test_nowhere",
        "architecture/test_requirements.py::missing_part",
    ],
)
def test_a_test_that_does_not_exist_is_found(test: str) -> None:
    assert missing_part(test) is not None
