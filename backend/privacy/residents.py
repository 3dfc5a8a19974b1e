"""A copy of all that is stored about one resident, and its erasure (PIPL, articles 45 and 47).

Both follow the register. Numbers and grades stay after an erasure: no figure changes by it.
"""

from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from backend.attachments.storage import AttachmentFolder
from backend.errors import BadInput, NotFound
from backend.models.residents import Resident
from backend.privacy.register import Table, register
from backend.sealed import unseal

_FILES = "SELECT DISTINCT digest FROM attachments WHERE erased_at IS NULL AND "
_IN_USE = text("SELECT 1 FROM attachments WHERE digest = :digest AND erased_at IS NULL LIMIT 1")


def find(session: Session, who: str) -> int:
    """The id of the resident with this id or telephone number. Raises NotFound or BadInput."""
    by_phone = session.scalars(select(Resident.id).where(Resident.phone == who)).all()
    if len(by_phone) > 1:
        raise BadInput(f"several residents have this number; name one id: {sorted(by_phone)}")
    if by_phone:
        return by_phone[0]
    is_id = who.isascii() and who.isdecimal() and len(who) < 10
    if not is_id or session.get(Resident, int(who)) is None:
        raise NotFound("there is no resident with this id or telephone number")
    return int(who)


def export(session: Session, resident_id: int) -> dict[str, list[dict[str, Any]]]:
    """Rows of the resident by table, without secrets."""
    return {
        table.name: _rows(session, table, resident_id)
        for table in register().values()
        if table.rows
    }


def _rows(session: Session, table: Table, resident_id: int) -> list[dict[str, Any]]:
    columns = ", ".join(f'"{name}"' for name in table.exported)
    query = text(f"SELECT {columns} FROM {table.name} WHERE {table.rows}")  # noqa: S608  of our own file
    rows = session.execute(query, {"resident": resident_id}).mappings()
    return [{name: _readable(value) for name, value in row.items()} for row in rows]


def _readable(value: Any) -> Any:
    return unseal(value) if isinstance(value, str) else value


def erase(session: Session, folder: AttachmentFolder, resident_id: int) -> dict[str, int]:
    """Erase what is personal; the number of rows by table. The caller commits."""
    digests = _digests(session, resident_id)
    counts = {
        table.name: _erase_rows(session, table, resident_id)
        for table in register().values()
        if table.rows and (table.erase or table.delete_after)
    }
    for digest in digests:
        if session.scalar(_IN_USE, {"digest": digest}) is None:
            folder.erase(digest)
    return counts


def _erase_rows(session: Session, table: Table, resident_id: int) -> int:
    values = ", ".join(f'"{name}" = {value}' for name, value in table.erase.items())
    statement = f"UPDATE {table.name} SET {values}" if values else f"DELETE FROM {table.name}"  # noqa: S608
    done = session.execute(text(f"{statement} WHERE {table.rows}"), {"resident": resident_id})
    return int(done.rowcount)  # type: ignore[attr-defined]


def _digests(session: Session, resident_id: int) -> list[str]:
    query = text(_FILES + (register()["attachments"].rows or "false"))
    return list(session.scalars(query, {"resident": resident_id}))
