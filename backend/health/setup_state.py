"""Setup checks: what a city lacks before residents can be served."""

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from backend.models.knowledge import ArticleRow
from backend.models.staff import StaffAccount
from backend.models.units import Unit


def missing(session: Session) -> list[str]:
    """A line for each thing that is missing, with the command that brings it; [] when complete."""
    return [
        line
        for line, is_missing in (
            ("no units: `minhu units import FILE`", _is_empty(session, Unit.code)),
            ("no articles: `minhu articles import FOLDER`", _is_empty(session, ArticleRow.id)),
            (
                "nobody of the staff may sign in: `minhu staff-add NAME --role … --unit …`",
                _is_empty(session, StaffAccount.id, StaffAccount.active),
            ),
        )
        if is_missing
    ]


def _is_empty(
    session: Session, column: InstrumentedAttribute[object], *where: InstrumentedAttribute[bool]
) -> bool:
    return session.scalar(select(column).where(*where).limit(1)) is None
