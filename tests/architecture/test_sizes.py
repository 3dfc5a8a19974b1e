"""Files and functions stay small enough to read at a sitting."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
MOST_LINES_A_FILE = 400
MOST_LINES_A_FUNCTION = 50
MOST_POSITIONAL_PARAMETERS = 6  # beside self; a call with more cannot be read


def sources() -> list[Path]:
    folders = ("bot", "nlu", "dialogue", "backend", "tests")
    files = [p for folder in folders for p in (ROOT / folder).rglob("*.py")]
    return [p for p in files if "migrations/versions" not in p.as_posix()]


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield node.name, node.end_lineno - node.lineno + 1


def test_files_are_short() -> None:
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert len(lines) > 100
    assert {path: number for path, number in lines.items() if number > MOST_LINES_A_FILE} == {}


def test_functions_are_short() -> None:
    lengths = [(path, *function) for path in sources() for function in functions(path)]
    assert [it for it in lengths if it[2] > MOST_LINES_A_FUNCTION] == []


def positional_parameters(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
            yield node.name, len([name for name in names if name not in ("self", "cls")])


def test_functions_have_few_positional_parameters() -> None:
    functions = [(path, *of) for path in sources() for of in positional_parameters(path)]
    assert [of for of in functions if of[2] > MOST_POSITIONAL_PARAMETERS] == []
