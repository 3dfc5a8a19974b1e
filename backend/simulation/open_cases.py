"""Open cases of every status among many, and the lists of each role, for timing these."""

from sqlalchemy import select, text

from backend.database import Database, Session
from backend.desk.case_views import views_for
from backend.models.staff import StaffAccount

ROLES = ("dispatcher", "handler", "supervisor", "leader", "admin")
# Every tenth case is open again: a city has about ten days of work in hand.
_REOPEN = """
UPDATE cases SET
  status = (ARRAY['registered', 'dispatched', 'accepted', 'returned', 'on_hold'])[id / 10 % 5 + 1],
  unit_code = CASE WHEN id / 10 % 5 = 0 THEN NULL ELSE unit_code END,
  first_resolved_at = NULL, resolved_at = NULL, closed_at = NULL, outcome = NULL,
  sign_by = CASE WHEN id / 10 % 5 = 1 THEN now() + (id % 40 - 10) * interval '10 minutes' END,
  resolve_by = now() + (id % 400 - 100) * interval '1 hour',
  held_at = CASE WHEN id / 10 % 5 = 4 THEN now() - interval '3 days' END,
  urged_at = CASE WHEN id % 70 = 0 THEN now() END,
  news_at = CASE WHEN id % 90 = 0 THEN now() END
WHERE id % 10 = 0
"""


def reopen_some(session: Session) -> None:
    """Make every tenth case open, of mixed statuses and deadlines."""
    session.execute(text(_REOPEN))


def tabs(database: Database, username: str) -> list[str]:
    """The keys of all lists that the account may open."""
    with database.begin() as session:
        query = select(StaffAccount).where(StaffAccount.username == username)
        return [view.key for view in views_for(session.scalars(query).one())]
