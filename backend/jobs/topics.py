"""Keeps the topics current: new cases join within a minute, a nightly full run regroups all."""

import logging
import threading
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from backend.database import Database
from backend.topics.index import AT_ONCE, TopicIndex, join_new, run_fully
from nlu.trained import case_model

log = logging.getLogger(__name__)

_TOPICS_LOCK = 8_240_007  # a PostgreSQL advisory lock


class TopicJob:
    """Two calls never run at the same time, in this process or in another."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._index: TopicIndex | None = None
        self._lock = threading.Lock()

    def run(self, now: datetime, *, fully: bool = False) -> None:
        """Join new cases; `fully`, or after an edit, group all recent cases anew."""
        try:
            with self._lock, self._database.begin() as alone:
                if alone.scalar(select(func.pg_try_advisory_xact_lock(_TOPICS_LOCK))):
                    self._run(now, fully)
        except OperationalError:
            log.warning("PostgreSQL is not reachable; topics are joined in a minute")

    def _run(self, now: datetime, fully: bool) -> None:
        with self._database.begin() as session:
            index = self._index
            is_current = index is not None and index.is_current(session)
        if index is None or fully or not is_current:
            self._index = None  # an error below leaves no index that is half changed
            self._index = run_fully(self._database, case_model(), now)
            return
        self._index = None
        while join_new(self._database, index, now) == AT_ONCE:
            pass
        self._index = index
