"""Units found by a part of their name."""

from sqlalchemy import Select, or_, select

from backend.database import Session
from backend.models.units import Unit


def named_like(words: str | None) -> Select[Unit]:
    """Units in use whose name or code has `words` in it."""
    query = select(Unit).where(Unit.active).order_by(Unit.code)
    if not words:
        return query
    return query.where(
        or_(
            Unit.name.icontains(words, autoescape=True),
            Unit.code.icontains(words, autoescape=True),
        )
    )


def has_units(session: Session) -> bool:
    """Whether the city has any unit, in use or ended."""
    return session.scalar(select(Unit.code).limit(1)) is not None
