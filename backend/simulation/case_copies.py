"""Copies of cases with their logs, written by the database itself, for timing a sweep."""

from datetime import datetime

from sqlalchemy import text

from backend.database import Session
from backend.models.cases import Case, CaseEvent

_NOT_COPIED = frozenset({"id", "case_id", "case_no", "idempotency_key", "next_due_at"})
_ESCALATIONS = """
CREATE TEMPORARY TABLE last_escalations ON COMMIT DROP AS
SELECT case_id, max(id) AS event_id FROM case_events
WHERE action IN ('remind', 'overdue', 'supervise', 'escalate') GROUP BY case_id
"""
_CASES = """
INSERT INTO cases (id, case_no, idempotency_key, next_due_at, {columns})
SELECT id + :t * n, case_no || '-' || n, idempotency_key || '-' || n,
  CASE WHEN n <= :due AND id IN (SELECT case_id FROM last_escalations) THEN :now
    ELSE next_due_at END,
  {columns}
FROM cases, generate_series(1, :copies) AS n
"""
_EVENTS = """
INSERT INTO case_events (case_id, {columns})
SELECT case_id + :t * n, {columns} FROM case_events, generate_series(1, :copies) AS n
WHERE n > :due OR id NOT IN (SELECT event_id FROM last_escalations)
ORDER BY n, id
"""


def copy_cases(session: Session, templates: int, copies: int, *, due: int, now: datetime) -> None:
    """Insert `copies` copies of each of the `templates` cases in the database.

    About `due` of the copies are due at `now`: what the last sweep did to them is left out of
    their log.
    """
    session.execute(text(_ESCALATIONS))
    escalated = session.scalars(text("SELECT count(*) FROM last_escalations")).one()
    numbers = {"t": templates, "copies": copies, "due": due // escalated, "now": now}
    session.execute(text(_CASES.format(columns=_copied_columns(Case))), numbers)
    session.execute(text(_EVENTS.format(columns=_copied_columns(CaseEvent))), numbers)


def _copied_columns(model: type[Case] | type[CaseEvent]) -> str:
    """Names of the columns a copy shares with its original; computed ones cannot be inserted."""
    columns = model.__table__.columns
    return ", ".join(
        column.name
        for column in columns
        if column.name not in _NOT_COPIED and column.computed is None
    )
