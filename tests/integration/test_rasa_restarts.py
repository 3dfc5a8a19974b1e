"""Rasa was started again: its first turn, which is slow, is nobody's."""

import time
from collections.abc import Iterator

import httpx
import pytest

from backend.database import Database
from backend.settings import Settings
from bot import texts
from bot.app import Minhu
from bot.rasa import Rasa
from tests.chat_page import Page, settle
from tests.fakes import serving
from tests.fakes.rasa import ERROR, FakeRasa
from tests.wechat_desk import eventually

WARMING = "谢谢"


@pytest.fixture
def client(rasa: FakeRasa) -> Iterator[Rasa]:
    client = Rasa(rasa.url)
    yield client
    client.close()


@pytest.fixture
def http(
    database: Database, client: Rasa, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    settings = Settings(_env_file=None, data_dir=tmp_path_factory.mktemp("var"))  # type: ignore[call-arg]
    minhu = Minhu(settings, database, client, "the-secret-of-the-action-route")
    with serving(minhu.web()) as url, httpx.Client(base_url=url, trust_env=False) as http:
        minhu.wait_until_ready()
        yield http
        settle(database)


def status(http: httpx.Client) -> str:
    return str(http.get("/healthz").json()["status"])


def test_it_is_warmed_before_residents_words_reach_it(
    http: httpx.Client, client: Rasa, rasa: FakeRasa
) -> None:
    assert rasa.words == [WARMING]
    page = Page(http)
    rasa.says(ERROR)  # it listens, and cannot answer yet
    client.cool()
    eventually(lambda: status(http) == "ok")
    page.send(text="你好")
    assert page.get()[0]["text"] == "听到：你好"
    assert rasa.words == [WARMING, WARMING, WARMING, "你好"]


def test_until_then_a_person_is_asked_at_once(
    http: httpx.Client, client: Rasa, rasa: FakeRasa
) -> None:
    page = Page(http)
    rasa.meanwhile = lambda: time.sleep(1.5)
    client.cool()
    assert status(http) == "degraded"
    page.send(text="路灯坏了")
    assert texts.RASA_AWAY in page.get(wait=1.4)[0]["text"]
    rasa.meanwhile = None
    eventually(lambda: status(http) == "ok")
    assert "路灯坏了" not in rasa.words
