"""Names say what a thing is; tests are named by what must hold, in at most eight words."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
FOLDERS = ("bot", "dialogue", "backend", "nlu", "tests")
MOST_WORDS = 8
# Participles that stand for any result. Columns and keys of stored records keep theirs.
VAGUE = {
    "asked", "found", "given", "heard", "kept", "known", "left", "made", "meant", "said",
    "seen", "taken", "told",
}  # fmt: skip
STORED = {
    ("backend/models/sources.py", "taken"),  # a column, and the counts that are sums of it
    ("backend/sources/freshness.py", "taken"),
    ("backend/sources/importing.py", "taken"),
    ("backend/sources/intake_log.py", "taken"),
    ("backend/routing/replay.py", "known"),  # a key of stored reports
    ("backend/web/console/batch.py", "left"),  # a parameter in addresses
}


def names(node: ast.AST) -> Iterator[str]:
    """What a node of the syntax tree gives a name to."""
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.arg(arg=name) | ast.ExceptHandler(name=str(name)):
            yield name
        case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
            yield name


def named_in(path: Path) -> Iterator[str]:
    yield path.stem
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        yield from names(node)


def files() -> list[Path]:
    paths = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in paths if "migrations/versions" not in path.as_posix()]


def words(test: str) -> int:
    return len(test.removeprefix("test_").split("_"))


def test_test_names_have_at_most_eight_words() -> None:
    tests = [
        (path.relative_to(ROOT).as_posix(), name)
        for path in sorted(TESTS.rglob("test_*.py"))
        for name in named_in(path)
        if name.startswith("test_")
    ]
    assert len(tests) > 1000
    assert [(path, name) for path, name in tests if words(name) > MOST_WORDS] == []


def test_nothing_is_named_by_a_vague_participle() -> None:
    vague = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in files()
        for name in named_in(path)
        if name.strip("_").lower() in VAGUE
    }
    assert vague - STORED == set()
    assert vague >= STORED
