"""Watches for bursts and other causes of alerts; only one process does at a time."""

import logging
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from backend.alerts import conditions
from backend.alerts.bursts import watch
from backend.alerts.thresholds import Thresholds
from backend.alerts.usual import Usual
from backend.alerts.versions import alert_thresholds
from backend.clock import SHANGHAI
from backend.database import Database
from backend.deadlines.city import calendar

log = logging.getLogger(__name__)

_ALERTS_LOCK = 8_240_008  # a PostgreSQL advisory lock


class AlertJob:
    """Keeps what it has learnt of the usual numbers until the day or the thresholds change."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._usual: Usual | None = None
        self._hour: datetime | None = None
        self._day: date | None = None

    def run(self, now: datetime) -> None:
        try:
            with self._database.begin() as session:
                if session.scalar(select(func.pg_try_advisory_xact_lock(_ALERTS_LOCK))):
                    self._run(session, now)
        except OperationalError:
            log.warning("PostgreSQL is not reachable; alerts are raised in a minute")

    def _run(self, session: Session, now: datetime) -> None:
        today = now.astimezone(SHANGHAI).date()
        rules = alert_thresholds().of(today)
        new = [*watch(session, self._usual_numbers(session, rules, today), now)]
        new += conditions.raise_each_minute(session, rules, now)
        hour = now.replace(minute=0, second=0, microsecond=0)
        if hour != self._hour:
            new += conditions.raise_each_hour(session, rules, now)
        if today != self._day:
            new += conditions.raise_each_day(session, now)
        self._hour, self._day = hour, today
        if new:
            log.warning("alerts were raised", extra={"alert_ids": [alert.id for alert in new]})

    def _usual_numbers(self, session: Session, rules: Thresholds, today: date) -> Usual:
        usual = self._usual
        if usual is None or usual.today != today or usual.rules.version != rules.version:
            usual = self._usual = Usual(session, rules, calendar(), today)
        return usual
