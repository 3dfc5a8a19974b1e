"""Runs a simulated city through the real services, day by day, with simulated time as `now`.

Each day the due lives of cases are distributed among the workers. Each step is a transaction of
its own, as in the app, and at the end of the day the sweep runs. Each step seeds its random
numbers from the city's seed, the appeal's number and the step's number, so that the outcome does
not depend on the speed of the workers.
"""

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from random import Random

from backend.clock import SHANGHAI
from backend.database import Database
from backend.deadlines.city import calendar
from backend.jobs.scheduler import sweep
from backend.simulation import steps
from backend.simulation.moves import Move, MoveContext, next_move
from backend.simulation.town import SimulatedAppeal, Town

DAY = timedelta(days=1)
SWEPT_AT = time(18)  # once a day, when offices close
CHUNK = 25  # lives that a worker takes at a time


@dataclass(frozen=True)
class Life:
    appeal: SimulatedAppeal
    case_id: int | None = None
    move: Move | None = None  # None before the registration and after the last move
    steps: int = 0

    @property
    def at(self) -> datetime | None:
        """The time of the next step; None after the last one."""
        if self.case_id is None:
            return self.appeal.at
        return self.move.at if self.move else None


@dataclass
class Progress:
    day: datetime
    cases: int = 0
    steps: int = 0


def simulate(
    database: Database,
    town: Town,
    appeals: Iterable[SimulatedAppeal],
    *,
    until: datetime,
    workers: int,
) -> Iterator[Progress]:
    """Yields after each day; cases that are open at `until` stay open."""
    lives = [Life(appeal) for appeal in appeals]
    progress = Progress(lives[0].appeal.at if lives else until)
    with _workers(database, town, workers) as run_lives:
        for end in _ends(progress.day, until):
            due = [life for life in lives if life.at is not None and life.at < end]
            rest = [life for life in lives if life.at is not None and life.at >= end]
            advanced = run_lives(due, end)
            sweep(database, end)
            progress.day = end
            progress.cases += sum(life.case_id is None for life in due)
            steps_before = sum(life.steps for life in due)
            progress.steps += sum(life.steps for life in advanced) - steps_before
            lives = [*(life for life in advanced if life.at is not None), *rest]
            yield progress


def _ends(begin: datetime, until: datetime) -> Iterator[datetime]:
    end = datetime.combine(begin.astimezone(SHANGHAI).date(), SWEPT_AT, SHANGHAI)
    while end < until:
        if end > begin:
            yield end
        end += DAY
    yield until


@contextmanager
def _workers(
    database: Database, town: Town, count: int
) -> Iterator[Callable[[list[Life], datetime], list[Life]]]:
    """A function that runs lives until a time: in this process, or in `count` processes."""
    if count == 1:
        worker = _Worker(database, town)
        yield lambda due, end: [worker.run(life, end) for life in due]
        return
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, spawn, _start_worker, (database.url, town)) as pool:
        yield lambda due, end: _run_in_pool(pool, due, end)


def _run_in_pool(pool: Executor, due: list[Life], end: datetime) -> list[Life]:
    ends = [end] * len(due)
    return list(pool.map(_run_life, due, ends, chunksize=CHUNK))


class _Worker:
    def __init__(self, database: Database, town: Town) -> None:
        self._database, self._town = database, town

    def run(self, life: Life, end: datetime) -> Life:
        """Take all the steps of a life before `end`."""
        while life.at is not None and life.at < end:
            life = self._step(life, life.at)
        return life

    def _step(self, life: Life, now: datetime) -> Life:
        town = self._town
        with self._database.begin() as session:
            if life.case_id is None or life.move is None:
                case = steps.lodge(session, life.appeal, now=now)
            else:
                case = steps.take(session, life.case_id, life.appeal, life.move)
            view = steps.view_of(case, life.appeal, town, life.move)
        chance = Random(f"{town.seed}/{life.appeal.number}/{life.steps}")
        move = next_move(MoveContext(view, chance, calendar(), town.words, now))
        return replace(life, case_id=case.id, move=move, steps=life.steps + 1)


_process_worker: list[_Worker] = []  # the worker of this process, in a pool's process


def _start_worker(url: str, town: Town) -> None:
    _process_worker.append(_Worker(Database(url), town))


def _run_life(life: Life, end: datetime) -> Life:
    return _process_worker[0].run(life, end)
