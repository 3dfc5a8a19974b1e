"""The audit log as rows for an archive."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.models.staff import AuditEntry, StaffAccount

BATCH = 1000  # rows in memory


def entries(session: Session, since: datetime | None) -> Iterator[dict[str, Any]]:
    """The entries since then, oldest first."""
    query = select(AuditEntry, StaffAccount.username).outerjoin(
        StaffAccount, StaffAccount.id == AuditEntry.staff_id
    )
    if since is not None:
        query = query.where(AuditEntry.at >= since)
    for entry, username in session.execute(
        query.order_by(AuditEntry.id).execution_options(yield_per=BATCH)
    ):
        yield {
            "id": entry.id,
            "at": entry.at.isoformat(),
            "staff": username,
            "action": entry.action,
            "subject": entry.subject,
            "details": entry.details,
        }
