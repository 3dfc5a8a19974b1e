"""Files and functions stay small enough to read at a sitting."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MOST_LINES_A_FILE = 400
MOST_LINES_A_FUNCTION = 60


def sources() -> list[Path]:
    folders = ("bot", "nlu", "dialogue", "backend", "tests")
    found = [p for folder in folders for p in (ROOT / folder).rglob("*.py")]
    return [p for p in found if "migrations/versions" not in p.as_posix()]


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield node.name, node.end_lineno - node.lineno + 1


@pytest.mark.parametrize("path", sources(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_a_file_is_short_and_so_are_its_functions(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES_A_FILE
    assert [f for f in functions(path) if f[1] > MOST_LINES_A_FUNCTION] == []
