"""One writer: only a step of the lifecycle changes the status of a case."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
WRITER = "backend/cases/stepping.py"


def status_targets(path: Path) -> Iterator[str]:
    """Every `….case.status`, `case.status` and the like that the file assigns to."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            target = ast.unparse(node)
            if target.endswith(("case.status", "lead.status", "member.status")):
                yield target


def test_only_stepping_assigns_the_status() -> None:
    folders = ("backend", "bot", "dialogue")
    files = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    writers = {p.relative_to(ROOT).as_posix() for p in files if list(status_targets(p))}
    assert writers == {WRITER}
