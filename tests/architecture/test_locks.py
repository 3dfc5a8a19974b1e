"""Rows are locked so that checks of foreign keys do not wait: see `backend.database.Database`."""

import re

from backend.settings import PROJECT_FOLDER

# Whoever registers a case for a resident must wait until two residents have been joined.
STRICT = {"residents/linking.py": 1}


def test_a_lock_lets_foreign_keys_be_checked() -> None:
    strict = {}
    for part in ("backend", "bot", "dialogue"):
        for path in (PROJECT_FOLDER / part).rglob("*.py"):
            code = path.read_text(encoding="utf-8")
            locks = re.findall(r"with_for_update(?!\S*key_share)(?!=\{[^}]*key_share)", code)
            strict["/".join(path.parts[-2:])] = len(locks)
    assert {place: number for place, number in strict.items() if number} == STRICT
