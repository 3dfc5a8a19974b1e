"""Saved views: lists with filters that a member of staff wants again."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.errors import BadInput, NotFound
from backend.models.staff import SavedView, StaffAccount

MOST_VIEWS, LONGEST_NAME = 20, 30


def saved_views(session: Session, staff: StaffAccount) -> list[SavedView]:
    query = select(SavedView).where(SavedView.staff_id == staff.id).order_by(SavedView.name)
    return list(session.scalars(query))


def save_view(
    session: Session, staff: StaffAccount, name: str, query: str, *, now: datetime
) -> None:
    """A view of the same name is replaced. Raises BadInput."""
    if not 0 < len(name) <= LONGEST_NAME:
        raise BadInput(f"请给这张表起个名字，最多 {LONGEST_NAME} 字")
    own = select(SavedView).where(SavedView.staff_id == staff.id)
    existing = session.scalar(own.where(SavedView.name == name))
    if existing is not None:
        existing.query = query
        return
    count = select(func.count(SavedView.id)).where(SavedView.staff_id == staff.id)
    if (session.scalar(count) or 0) >= MOST_VIEWS:
        raise BadInput(f"最多存 {MOST_VIEWS} 张表，请先删一张")
    session.add(SavedView(staff_id=staff.id, name=name, query=query, created_at=now))


def delete_view(session: Session, staff: StaffAccount, view_id: int) -> None:
    """Raises NotFound, also for a view of a colleague."""
    view = session.get(SavedView, view_id)
    if view is None or view.staff_id != staff.id:
        raise NotFound("没有这张存好的表")
    session.delete(view)
