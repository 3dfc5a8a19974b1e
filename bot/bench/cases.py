"""Speed of the case services on a PostgreSQL of their own: whole lives, and a sweep over many."""

import os
import time
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from backend import clock
from backend.cases.registration import register
from backend.cases.step import Details
from backend.cases.stepping import Actor, Appeal, act
from backend.conversations.service import conversation_for
from backend.database import Database
from backend.jobs.scheduler import sweep
from backend.messaging.chat_choice import WEB
from backend.models.cases import Case, CaseEvent
from backend.residents.service import account_for
from backend.simulation import city
from backend.simulation.runner import simulate
from backend.simulation.town import Script
from backend.vocabulary.case_lifecycle import Action
from bot.bench.database import a_database, settle

CASES, DAYS = 10_000, 90
TEMPLATES, OLDEST = 200, timedelta(days=40)

APPEAL = ("楼下夜里施工太吵", "西湖区文三路")  # the router is sure of these
HANDLER = Actor("staff:bench", "承办员")
OWN = frozenset({"id", "case_id", "case_no", "idempotency_key", "next_due_at"})
_RUNGS = """
CREATE TEMPORARY TABLE last_rungs ON COMMIT DROP AS
SELECT case_id, max(id) AS event_id FROM case_events
WHERE action IN ('remind', 'overdue', 'supervise', 'escalate') GROUP BY case_id
"""
_CASES = """
INSERT INTO cases (id, case_no, idempotency_key, next_due_at, {kept})
SELECT id + :t * n, case_no || '-' || n, idempotency_key || '-' || n,
  CASE WHEN n <= :due AND id IN (SELECT case_id FROM last_rungs) THEN :now ELSE next_due_at END,
  {kept}
FROM cases, generate_series(1, :copies) AS n
"""
_EVENTS = """
INSERT INTO case_events (case_id, {told})
SELECT case_id + :t * n, {told} FROM case_events, generate_series(1, :copies) AS n
WHERE n > :due OR id NOT IN (SELECT event_id FROM last_rungs)
ORDER BY n, id
"""


def lives_per_second() -> float:
    """Of 10,000 appeals over 90 days, each driven to where residents and units leave it.

    Counted from the second day on, when the workers have read their models.
    """
    script, until = Script.load(city.SCRIPT), clock.now()
    with a_database() as database:
        with database.begin() as session:
            town = city.create_town(session, script, seed=1)
        lodged = city.simulated_appeals(script, town, cases=CASES, until=until, days=DAYS)
        days = simulate(database, town, lodged, until=until, workers=os.cpu_count() or 1)
        warm = next(days).cases
        begun = time.perf_counter()
        for progress in days:
            done = progress.cases
        return (done - warm) / (time.perf_counter() - begun)


def sweep_seconds(database: Database, *, open_cases: int, due: int) -> float:
    """One sweep over so many open cases, of which about so many are due.

    200 cases of all ages are worked on and swept, and copied with their logs; what the last
    sweep did to a copy that is to be due is left out of its log.
    """
    now = clock.now()
    with database.begin() as session:
        _work_on(session, now)
    sweep(database, now)
    with database.begin() as session:
        _copy(session, now, open_cases // TEMPLATES - 1, due)
    settle(database)
    begun = time.perf_counter()
    sweep(database, now)
    return time.perf_counter() - begun


def _work_on(session: Session, now: datetime) -> None:
    for number in range(TEMPLATES):
        at = now - OLDEST * number / TEMPLATES
        account = account_for(session, WEB, f"bench:{number}", scene=None, now=at)
        chat = conversation_for(session, account, now=at)
        case = register(session, chat, Appeal(*APPEAL), key=f"bench:{number}", now=at)
        act(session, case, Action.ACCEPT, HANDLER, Details(text="这就去看"), now=at)


def _copy(session: Session, now: datetime, copies: int, due: int) -> None:
    session.execute(text(_RUNGS))
    rungs = session.scalars(text("SELECT count(*) FROM last_rungs")).one()
    numbers = {"t": TEMPLATES, "copies": copies, "due": due // rungs, "now": now}
    session.execute(text(_CASES.format(kept=_kept(Case))), numbers)
    session.execute(text(_EVENTS.format(told=_kept(CaseEvent))), numbers)


def _kept(model: type[Case] | type[CaseEvent]) -> str:
    """The columns that a copy has from its original; the database reckons others by itself."""
    columns = model.__table__.columns
    return ", ".join(c.name for c in columns if c.name not in OWN and c.computed is None)
