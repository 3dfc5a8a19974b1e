"""Encrypts all sealed columns with the first key: after a key was set or changed."""

from collections.abc import Iterator

from sqlalchemy import Column, bindparam, cast, select, update
from sqlalchemy.orm import Session
from sqlalchemy.types import String

from backend.database import Base
from backend.sealed import Sealed, seal, unseal


def reseal(session: Session) -> dict[str, int]:
    """The number of changed rows by column. Raises BadInput where an old key is missing."""
    return {str(column): _reseal(session, column) for column in sealed_columns()}


def sealed_columns() -> Iterator[Column[str]]:
    for table in Base.metadata.sorted_tables:
        yield from (column for column in table.columns if isinstance(column.type, Sealed))


def _reseal(session: Session, column: Column[str]) -> int:
    (key,) = column.table.primary_key
    stored = cast(column, String)  # as it is in the database
    rows = session.execute(select(key, stored).where(column.is_not(None))).all()
    changed = [(row[0], text) for row in rows if (text := unseal(row[1])) and seal(text) != row[1]]
    if changed:
        change = (
            update(column.table).where(key == bindparam("row")).values({column: bindparam("text")})
        )
        session.connection().execute(change, [{"row": row, "text": text} for row, text in changed])
    return len(changed)
