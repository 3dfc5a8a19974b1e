"""Settings of the chat desk by versions: each change is a row, and the last one counts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.errors import Conflict
from backend.models.desk_settings import DeskSetting

CHANGED = "刚刚有人改过，请看看现在的样子再改"
REPLIES, HOURS = "canned_replies", "desk_hours"


@dataclass(frozen=True)
class Version:
    """`number` 0 is the city's file; it has no content here."""

    number: int = 0
    content: Any = None
    at: datetime | None = None
    by: str = ""


def latest(session: Session, name: str) -> Version:
    query = select(DeskSetting).where(DeskSetting.name == name)
    row = session.scalar(query.order_by(DeskSetting.number.desc()).limit(1))
    return Version(row.number, row.content, row.at, row.by) if row else Version()


def store(session: Session, name: str, content: Any, *, over: int, by: str, now: datetime) -> None:
    """The next version after number `over`. Raises Conflict if that is not the last one."""
    if latest(session, name).number != over:
        raise Conflict(CHANGED)
    row = {"name": name, "number": over + 1, "content": content, "at": now, "by": by}
    stored = session.scalar(
        insert(DeskSetting).values(row).on_conflict_do_nothing().returning(DeskSetting.number)
    )
    if stored is None:  # stored by a colleague at the same moment
        raise Conflict(CHANGED)
