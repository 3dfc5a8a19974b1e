"""Time of pages over a given number of cases: the cockpit, one's own case, and case lists."""

import asyncio
import secrets
import tempfile
import time
from pathlib import Path

import httpx
from fastapi import FastAPI

from backend.case_codes import codes
from backend.cases import queries
from backend.clock import SHANGHAI, now
from backend.database import Database
from backend.demo import seed_staff
from backend.measures.periods import month_of
from backend.rollups.counting import recount_all
from backend.settings import Settings
from backend.simulation import open_cases
from backend.simulation.filled_month import fill
from backend.staff.sign_in import Credentials, sign_in
from bot.app import Minhu
from bot.bench.database import new_database, settle
from bot.bench.figures import Figure, percentile
from bot.rasa.client import Rasa

RUNS, LIST_RUNS = 5, 20
PASSWORD = secrets.token_urlsafe(9)
NOWHERE = "http://127.0.0.1:9"  # no Rasa: none of these pages asks it


def page_figures(cases: int) -> list[Figure]:
    """The cockpit with and without its month computed, one's own case, the lists of each role."""
    with new_database() as database, tempfile.TemporaryDirectory() as folder:
        code = _fill(database, cases)
        settle(database)
        app = Minhu(Settings(_env_file=None, data_dir=Path(folder)), database, Rasa(NOWHERE)).web()
        first, later, own = asyncio.run(_ask(app, _session_of(database, "leader"), code))
        with database.begin() as session:
            open_cases.reopen_some(session)
        settle(database)
        lists = asyncio.run(_lists(app, database))
    return [
        Figure(f"the cockpit over {cases:,} cases, its month not yet computed", first, "ms", None),
        Figure(f"the cockpit over {cases:,} cases", later, "ms", 500),
        Figure("one's own case on the public page", own, "ms", 50),
        *(
            Figure(
                f"case lists over {cases:,} cases, {role}, p95", percentile(times, 95), "ms", 150
            )
            for role, times in lists.items()
        ),
    ]


def _session_of(database: Database, username: str) -> str:
    return sign_in(database, Credentials(username, PASSWORD), address="127.0.0.1")


def _fill(database: Database, cases: int) -> str:
    """Fill this month and count its days; returns the code of the first case."""
    today = now().astimezone(SHANGHAI).date()
    with database.begin() as session:
        seed_staff(session, PASSWORD)
        fill(session, cases, month_of(today))
        recount_all(session, now=now())
        return codes.make(session, queries.by_number(session, "BENCH1"), now=now())


async def _ask(app: FastAPI, token: str, code: str) -> tuple[float, float, float]:
    async with _browser(app, token) as http:
        first = await _milliseconds(http, "GET", "/console/cockpit")
        later = [await _milliseconds(http, "GET", "/console/cockpit") for _ in range(RUNS)]
        form = {"number": "BENCH1", "code": code}
        own = [await _milliseconds(http, "POST", "/public/case", form) for _ in range(RUNS)]
    return first, min(later), min(own)


async def _lists(app: FastAPI, database: Database) -> dict[str, list[float]]:
    """Times of each list of each role, opened `LIST_RUNS` times after a first one."""
    times: dict[str, list[float]] = {}
    for role in open_cases.ROLES:
        async with _browser(app, _session_of(database, role)) as http:
            for tab in open_cases.tabs(database, role):
                address = f"/console/cases?tab={tab}"
                await _milliseconds(http, "GET", address)
                runs = [await _milliseconds(http, "GET", address) for _ in range(LIST_RUNS)]
                times.setdefault(role, []).extend(runs)
    return times


def _browser(app: FastAPI, token: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),
        base_url="http://bench",
        cookies={"minhu_staff": token},
        timeout=300,
    )


async def _milliseconds(
    http: httpx.AsyncClient, method: str, address: str, form: dict[str, str] | None = None
) -> float:
    started = time.perf_counter()
    answer = await http.request(method, address, data=form)
    if not answer.is_success:
        raise RuntimeError(f"{address} answered {answer.status_code}")
    return (time.perf_counter() - started) * 1000
