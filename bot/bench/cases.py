"""Speed of the case services: simulated lives of cases, and a sweep over many open cases."""

import os
import time
from datetime import datetime, timedelta

from backend import clock
from backend.cases.appeals import Appeal
from backend.cases.registration import register
from backend.cases.step import StepContext
from backend.cases.stepping import act
from backend.conversations.service import conversation_for
from backend.database import Database, Session
from backend.jobs.scheduler import sweep
from backend.messaging.chat_choice import WEB
from backend.residents.service import account_for
from backend.simulation import city
from backend.simulation.case_copies import copy_cases
from backend.simulation.runner import simulate
from backend.simulation.town import Script
from backend.vocabulary.actors import Actor
from backend.vocabulary.case_lifecycle import Action, Status
from backend.vocabulary.step_details import Dispatch, MaybeText
from bot.bench.database import new_database, settle

CASES, DAYS = 10_000, 90
TEMPLATES, OLDEST = 200, timedelta(days=40)

APPEAL = ("楼下夜里施工太吵", "西湖区文三路")
UNIT = "330106-urban_management"
DISPATCHER, HANDLER = Actor("staff:dispatcher", "派单员"), Actor("staff:bench", "承办员")


def lives_per_second() -> float:
    """Simulated cases a second: 10,000 appeals over 90 days, each with all its steps.

    The first day is not counted, as the workers load their models then.
    """
    script, until = Script.load(city.SCRIPT), clock.now()
    with new_database() as database:
        with database.begin() as session:
            town = city.create_town(session, script, seed=1)
        appeals = city.simulated_appeals(script, town, cases=CASES, until=until, days=DAYS)
        days = simulate(database, town, appeals, until=until, workers=os.cpu_count() or 1)
        first_day = next(days).cases
        started = time.perf_counter()
        for progress in days:
            cases = progress.cases
        return (cases - first_day) / (time.perf_counter() - started)


def sweep_seconds(database: Database, *, open_cases: int, due: int) -> float:
    """Seconds of one sweep over `open_cases` open cases, of which about `due` are due.

    200 cases of all ages are worked on and swept, then copied with their logs.
    """
    now = clock.now()
    with database.begin() as session:
        _work_on(session, now)
    sweep(database, now)
    with database.begin() as session:
        copy_cases(session, TEMPLATES, open_cases // TEMPLATES - 1, due=due, now=now)
    settle(database)
    started = time.perf_counter()
    sweep(database, now)
    return time.perf_counter() - started


def _work_on(session: Session, now: datetime) -> None:
    for number in range(TEMPLATES):
        at = now - OLDEST * number / TEMPLATES
        account = account_for(session, WEB, f"bench:{number}", scene=None, now=at)
        chat = conversation_for(session, account, now=at)
        case = register(session, chat, Appeal(*APPEAL), key=f"bench:{number}", now=at)
        if Status(case.status) is Status.REGISTERED:  # the model in use was not sure enough
            act(StepContext(session, case, DISPATCHER, at, Dispatch(unit=UNIT)))
        act(StepContext(session, case, HANDLER, at, MaybeText(Action.ACCEPT, "这就去看")))
