"""Gives every open emergency an owner: whoever is on duty."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.conversations.duty import current_hours
from backend.conversations.emergencies import without_owner
from backend.deadlines.city import calendar
from backend.models.staff import StaffAccount
from backend.models.units import Unit
from backend.staff.accounts import audit
from backend.staff.permissions import ANSWERS_CHATS


def assign_owners(session: Session, now: datetime, most: int) -> int:
    """Assign up to `most` emergencies; returns how many."""
    rows = without_owner(session, most)
    staff = _on_duty(session, now) if rows else None
    if staff is None:
        return 0
    for row in rows:
        row.owner_id, row.owned_at = staff.id, now
        audit(session, staff, "owns_emergency", str(row.id), now=now)
    return len(rows)


def _on_duty(session: Session, now: datetime) -> StaffAccount | None:
    """The first active account of the rota, else any of the centre; None when there is none."""
    able = select(StaffAccount).where(StaffAccount.active, StaffAccount.role.in_(ANSWERS_CHATS))
    names = current_hours(session).on_duty(now, calendar())
    by_name = {row.username: row for row in session.scalars(able)}
    for name in names:
        if name in by_name:
            return by_name[name]
    of_centre = able.join(Unit, Unit.code == StaffAccount.unit_code)
    return session.scalar(of_centre.where(Unit.parent_code.is_(None)).order_by(StaffAccount.id))
