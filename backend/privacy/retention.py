"""Deletes rows whose time in the register is over."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from backend.privacy.register import register


def delete_old(session: Session, *, now: datetime) -> dict[str, int]:
    """The number of deleted rows by table."""
    counts = {}
    for table in register().values():
        if table.delete_after is None:
            continue
        query = text(f'DELETE FROM {table.name} WHERE "{table.delete_by}" < :before')  # noqa: S608
        done = session.execute(query, {"before": now - table.delete_after})
        counts[table.name] = int(done.rowcount)  # type: ignore[attr-defined]
    return counts
