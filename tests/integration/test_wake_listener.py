"""The thread that hears of new work from PostgreSQL."""

import threading

import pytest

from backend import database as module
from backend.database import Database, WakeListener, wake


def test_stop_interrupts_the_wait(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_WAIT_SECONDS", 3600.0)
    listening = threading.Event()
    listener = WakeListener(database.url, lambda _: listening.set())
    listener.start()
    assert listening.wait(60)
    listener.stop()
    listener.join(60)
    assert not listener.is_alive()


def test_topics_arrive_in_order(database: Database) -> None:
    topics: list[str] = []
    is_complete = threading.Event()

    def on_wake(topic: str) -> None:
        topics.append(topic)
        if topic == "c":
            is_complete.set()
        if topic == "":
            listening.set()

    listening = threading.Event()
    listener = WakeListener(database.url, on_wake)
    listener.start()
    assert listening.wait(60)
    with database.begin() as session:
        for topic in ("a", "b"):
            wake(session, topic)
    with database.begin() as session:
        wake(session, "c")
    assert is_complete.wait(60)
    listener.stop()
    listener.join(60)
    assert topics[:4] == ["", "a", "b", "c"]
