"""Tests are named by what must hold, in at most eight words."""

import ast
from pathlib import Path

TESTS = Path(__file__).parents[1]
MOST_WORDS = 8


def functions(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def words(test: str) -> int:
    return len(test.removeprefix("test_").split("_"))


def test_test_names_have_at_most_eight_words() -> None:
    tests = [
        (path.relative_to(TESTS).as_posix(), name)
        for path in sorted(TESTS.rglob("test_*.py"))
        for name in functions(path)
        if name.startswith("test_")
    ]
    assert len(tests) > 1000
    assert [(path, name) for path, name in tests if words(name) > MOST_WORDS] == []
