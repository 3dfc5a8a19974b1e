"""Drives a simulated city through the real services, day by day, with its own time as `now`.

A life belongs to nobody: each day those that have something to do are shared out among the
workers, each step is a transaction of its own as in the app, and at the end of the day the
sweep runs. Chance is drawn anew for each step from the city's seed, the life's number and the
step's, so that what happens does not depend on who is faster.
"""

import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
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
from backend.simulation.moves import Move, Turn, next_move
from backend.simulation.town import Lodged, Town

DAY = timedelta(days=1)
SWEPT_AT = time(18)  # once a day, when offices close
SHARE = 25  # lives that a worker takes at a time


@dataclass(frozen=True)
class Life:
    lodged: Lodged
    case_id: int | None = None
    move: Move | None = None  # None before the appeal is lodged, and when all is over
    steps: int = 0

    @property
    def at(self) -> datetime | None:
        """When something happens next."""
        if self.case_id is None:
            return self.lodged.at
        return self.move.at if self.move else None


@dataclass
class Progress:
    day: datetime
    cases: int = 0
    steps: int = 0


Done = Callable[[Sequence[Life]], Iterable[Life]]


def simulate(
    database: Database, town: Town, lodged: Iterable[Lodged], *, until: datetime, workers: int
) -> Iterator[Progress]:
    """Yields after each day; what is not done by `until` stays as it is."""
    lives = [Life(one) for one in lodged]
    progress = Progress(lives[0].lodged.at if lives else until)
    with _workers(database, town, workers) as live:
        for end in _ends(progress.day, until):
            due = [life for life in lives if life.at is not None and life.at < end]
            rest = [life for life in lives if life.at is not None and life.at >= end]
            done = live(due, end)
            sweep(database, end)
            progress.day = end
            progress.cases += sum(life.case_id is None for life in due)
            progress.steps += sum(b.steps - a.steps for a, b in zip(due, done, strict=True))
            lives = [*(life for life in done if life.at is not None), *rest]
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
    """One is this process itself; more are processes of their own, as roles of the app are."""
    if count == 1:
        here = _Worker(database, town)
        yield lambda due, end: [here.live(life, end) for life in due]
        return
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, spawn, _begin, (database.url, town)) as pool:
        yield lambda due, end: _shared_out(pool, due, end)


def _shared_out(pool: Executor, due: list[Life], end: datetime) -> list[Life]:
    ends = [end] * len(due)
    return list(pool.map(_live, due, ends, chunksize=SHARE))


class _Worker:
    def __init__(self, database: Database, town: Town) -> None:
        self._database, self._town = database, town

    def live(self, life: Life, end: datetime) -> Life:
        """Take all the steps of a life before `end`."""
        while life.at is not None and life.at < end:
            life = self._step(life, life.at)
        return life

    def _step(self, life: Life, now: datetime) -> Life:
        town = self._town
        with self._database.begin() as session:
            if life.case_id is None or life.move is None:
                case = steps.lodge(session, life.lodged, now=now)
            else:
                case = steps.take(session, life.case_id, life.lodged, life.move)
            seen = steps.seen(case, life.lodged, town, life.move)
        chance = Random(f"{town.seed}/{life.lodged.number}/{life.steps}")
        move = next_move(Turn(seen, chance, calendar(), town.words, now))
        return replace(life, case_id=case.id, move=move, steps=life.steps + 1)


_here: list[_Worker] = []  # of a worker's process: the one that it is


def _begin(url: str, town: Town) -> None:
    _here.append(_Worker(Database(url), town))


def _live(life: Life, end: datetime) -> Life:
    return _here[0].live(life, end)
