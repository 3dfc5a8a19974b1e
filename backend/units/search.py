"""Search for units by a part of their name."""

from sqlalchemy import Select, or_, select

from backend.models.units import Unit


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
