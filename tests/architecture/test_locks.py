"""Rows are locked so that checks of foreign keys do not wait: see `backend.database.Database`."""

import re

import pytest

from backend.settings import PROJECT_FOLDER

FILES = [
    path
    for part in ("backend", "bot", "dialogue")
    for path in (PROJECT_FOLDER / part).rglob("*.py")
]
# Whoever registers a case for a resident must wait until two residents have been joined.
STRICT = {"residents/linking.py": 1}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PROJECT_FOLDER)))
def test_a_lock_lets_foreign_keys_be_checked(path) -> None:  # type: ignore[no-untyped-def]
    code = path.read_text(encoding="utf-8")
    strict = re.findall(r"with_for_update(?!\S*key_share)(?!=\{[^}]*key_share)", code)
    assert len(strict) == STRICT.get("/".join(path.parts[-2:]), 0)
