"""Threads that work: woken once for each piece, found idle otherwise, stopped at once."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from bot.workers.pool import Workers


class Pile:
    """Work that lies there; each `step` takes one piece of it."""

    def __init__(self, pieces: int = 0) -> None:
        self.pieces = pieces
        self.steps = 0
        self.meanwhile: Callable[[], None] = lambda: None
        self._lock = threading.Lock()

    def step(self) -> bool:
        with self._lock:
            self.steps += 1
            has_work = self.pieces > 0
            self.pieces -= has_work
        if has_work:
            self.meanwhile()
        return has_work


@contextmanager
def working(pile: Pile, threads: int = 2, *, each_announced: bool = True) -> Iterator[Workers]:
    workers = Workers("test", pile.step, threads=threads, each_announced=each_announced)
    workers.start()
    until(lambda: pile.steps >= threads and pile.pieces == 0)
    time.sleep(0.05)
    try:
        yield workers
    finally:
        workers.stop()
        workers.join()


def until(is_so: Callable[[], bool], seconds: float = 5.0) -> None:
    ends = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.005)


def steps_of(pile: Pile, act: Callable[[], None]) -> int:
    """Steps in the half second after `act`: the lookout's pause is a whole one."""
    before = pile.steps
    act()
    time.sleep(0.5)
    return pile.steps - before


@pytest.mark.parametrize(("each_announced", "steps"), [(True, 1), (False, 2)])
def test_one_wake_up_for_one_piece(each_announced: bool, steps: int) -> None:
    pile = Pile()
    with working(pile, threads=1, each_announced=each_announced) as workers:
        time.sleep(0.05)
        pile.pieces = 1
        done = steps_of(pile, workers.wake)
    assert pile.pieces == 0
    # A look of the safety net may fall into that half second.
    assert steps <= done <= steps + 1


def test_wake_up_during_a_step_triggers_another_check() -> None:
    """It may have been for what this step held, so that the thread it woke found nothing."""
    pile = Pile()
    with working(pile, threads=2) as workers:

        def wake_another_in_vain() -> None:
            pile.meanwhile = lambda: None
            before = pile.steps
            workers.wake()
            until(lambda: pile.steps > before)
            time.sleep(0.05)
            pile.pieces += 1  # only now could anybody have taken it

        pile.meanwhile = wake_another_in_vain
        pile.pieces = 1
        assert steps_of(pile, workers.wake) >= 3
        assert pile.pieces == 0


def test_work_waiting_at_start_is_done() -> None:
    pile = Pile(50)
    with working(pile):
        until(lambda: pile.pieces == 0, seconds=0.9)


def test_what_was_missed_while_away_is_worked_off() -> None:
    pile = Pile()
    with working(pile) as workers:
        pile.pieces = 50
        workers.wake_all()
        until(lambda: pile.pieces == 0, seconds=0.9)


def test_what_nobody_announced_is_found_and_worked_off() -> None:
    pile = Pile()
    with working(pile):
        pile.pieces = 50
        until(lambda: pile.pieces == 0, seconds=2.5)


def test_one_thread_alone_looks_while_nothing_happens() -> None:
    pile = Pile()
    with working(pile, threads=8):
        before = pile.steps
        time.sleep(3.2)
        assert pile.steps - before <= 4


def test_sleepers_stop_at_once() -> None:
    pile = Pile()
    workers = Workers("test", pile.step, threads=4)
    workers.start()
    until(lambda: pile.steps >= 4)
    began = time.monotonic()
    workers.stop()
    workers.join()
    assert time.monotonic() - began < 0.5


def test_failing_step_does_not_end_its_thread() -> None:
    pile = Pile()

    def fail() -> None:
        raise RuntimeError("one bad message")

    with working(pile, threads=1) as workers:
        pile.meanwhile = fail
        pile.pieces = 1
        workers.wake()
        until(lambda: pile.pieces == 0)
        pile.meanwhile = lambda: None
        pile.pieces = 1
        workers.wake()
        until(lambda: pile.pieces == 0)
