"""The audit of searches."""

from datetime import datetime

from sqlalchemy.orm import Session

from backend.desk.masking import without_identity
from backend.models.staff import StaffAccount
from backend.staff.accounts import audit

LONGEST = 60  # characters that are stored of the words


def audit_search(
    session: Session, staff: StaffAccount, words: str | None, *, now: datetime
) -> None:
    """Record the words that were searched for, without numbers of persons."""
    if words:
        audit(session, staff, "search", without_identity(words, None)[:LONGEST], now=now)
