"""SQL statements and transactions that a database is asked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event

from backend.database import Database


@dataclass
class StatementCounter:
    statements: list[str] = field(default_factory=list)
    commits: int = 0


@contextmanager
def counting(database: Database) -> Iterator[StatementCounter]:
    counter = StatementCounter()

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        counter.statements.append(statement)

    def note_commit(_: Any) -> None:
        counter.commits += 1

    event.listen(database.engine, "before_cursor_execute", note)
    event.listen(database.engine, "commit", note_commit)
    try:
        yield counter
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
        event.remove(database.engine, "commit", note_commit)
