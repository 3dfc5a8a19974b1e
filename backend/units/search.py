"""Queries for units: by code, by a part of their name, the centre."""

from sqlalchemy import Select, or_, select

from backend.database import Session
from backend.errors import BadInput
from backend.models.units import Unit


def active_unit(session: Session, code: str) -> Unit:
    """Raises BadInput when there is no such unit, or it has ended."""
    unit = session.get(Unit, code)
    if unit is None or not unit.active:
        raise BadInput(f"没有编号为 {code} 的单位")
    return unit


def centre(session: Session) -> Unit:
    """The city's root unit, 民呼中心."""
    query = select(Unit).where(Unit.parent_code.is_(None)).order_by(Unit.code).limit(1)
    return session.scalars(query).one()


def search_units(words: str | None) -> Select[Unit]:
    """The query for active units whose name or code contains `words`."""
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
    """True if the city has any unit, in use or ended."""
    return session.scalar(select(Unit.code).limit(1)) is not None
