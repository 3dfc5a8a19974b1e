"""Counts the cases of new events each minute, and every day anew at night."""

import logging
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from backend.database import Database
from backend.rollups.counting import MOST_EVENTS, count_new, recount_all

log = logging.getLogger(__name__)

_ROLLUPS_LOCK = 8_240_006  # a PostgreSQL advisory lock


def run(database: Database, now: datetime, *, fully: bool = False) -> None:
    """Count new events under a lock: only one process counts at a time."""
    try:
        events = MOST_EVENTS
        while events == MOST_EVENTS:
            with database.begin() as session:
                if not session.scalar(select(func.pg_try_advisory_xact_lock(_ROLLUPS_LOCK))):
                    return
                if fully:
                    recount_all(session, now=now)
                events = 0 if fully else count_new(session)
    except OperationalError:
        log.warning("PostgreSQL is not reachable; cases are counted in a minute")
