"""Limits that keep one resident, or one address, from taking the others' time."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from backend.database import Database
from backend.errors import TooManyWaiting
from backend.settings import Settings
from bot.app import Minhu
from bot.channels.webchat import limits, routes
from bot.channels.webchat.limits import AddressLimit
from bot.rasa.client import Rasa
from bot.turns import turn
from tests.fakes.rasa import FakeRasa, nobody_home
from tests.support.bot_desk import Desk, a_desk
from tests.support.chat_page import Page

FLOOD, FAMILY = ("203.0.113.5", 40_000), ("198.51.100.7", 40_000)


@pytest.fixture
def desk(database: Database, rasa: FakeRasa, tmp_path: Path) -> Iterator[Desk]:
    with a_desk(database, tmp_path, rasa_url=rasa.url) as desk:
        yield desk


def test_an_address_has_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "monotonic", lambda: 600.0)
    limit = AddressLimit(2)
    for address in ("203.0.113.5", "203.0.113.5", "2001:db8::1", "2001:db8::2"):
        limit.count(address)
    for address in ("203.0.113.5", "2001:db8::3"):  # an IPv6 network counts as one
        with pytest.raises(TooManyWaiting) as refused:
            limit.count(address)
        assert refused.value.retry_after == limits.WINDOW_SECONDS
    for _ in range(5):
        limit.count("127.0.0.1")
        limit.count("::1")
    monkeypatch.setattr(limits, "monotonic", lambda: 660.0)
    limit.count("203.0.113.5")


def test_a_flood_meets_the_limit_and_no_family(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "MOST_SESSIONS", 2)
    monkeypatch.setattr(routes, "MOST_MESSAGES", 3)
    monkeypatch.setattr(limits, "monotonic", lambda: 600.0)
    rasa = Rasa(nobody_home())
    app = Minhu(Settings(_env_file=None, data_dir=tmp_path), database, rasa).web()  # type: ignore[call-arg]
    flood, family = TestClient(app, client=FLOOD), TestClient(app, client=FAMILY)
    pages = [Page(flood), Page(flood)]
    answer = flood.post("/chat/sessions")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")
    assert [page.send(f"m{n}", text="小区").status_code for page in pages for n in range(2)] == [
        202, 202, 202, 429,
    ]  # fmt: skip
    assert Page(family).send("m1", text="路灯坏了").status_code == 202
    rasa.close()


def two_write(desk: Desk) -> None:
    """Two messages of one resident, and then one of another."""
    for of in ("busy", "busy", "other"):
        desk.hears("你好", of=of)


def test_costly_turns_let_others_go_first(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn, "BUDGET_SECONDS", 0.0)
    two_write(desk)
    assert desk.turns.take_next()
    assert (len(desk.replies("busy")), len(desk.replies("other"))) == (1, 0)
    assert desk.turns.take_next()
    assert (len(desk.replies("busy")), len(desk.replies("other"))) == (1, 1)
    desk.answers()
    assert len(desk.replies("busy")) == 2


def test_cheap_turns_go_on_in_their_chat(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn, "BUDGET_SECONDS", 60.0)
    two_write(desk)
    assert desk.turns.take_next()
    assert (len(desk.replies("busy")), len(desk.replies("other"))) == (2, 0)
