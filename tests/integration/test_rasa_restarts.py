"""Rasa was started again: its first answer, which is slow, is nobody's."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from backend.database import Database
from backend.settings import Settings
from bot.app import Minhu
from bot.rasa.client import BUDGET_SECONDS, Rasa, RasaUnavailable
from dialogue.texts import appeal as appeal_texts
from dialogue.texts import chat as texts
from tests.fakes import serving
from tests.fakes.rasa import ERROR, FakeRasa, nobody_home
from tests.support.chat_page import Page, settle
from tests.support.wechat_desk import eventually

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
    minhu = Minhu(settings, database, client)
    with serving(minhu.web()) as url, httpx.Client(base_url=url, trust_env=False) as http:
        minhu.wait_until_ready()
        yield http
        settle(database)


def status(http: httpx.Client) -> str:
    return str(http.get("/healthz").json()["status"])


def test_it_is_warmed_before_residents_words_reach_it(
    http: httpx.Client, client: Rasa, rasa: FakeRasa
) -> None:
    eventually(lambda: rasa.words == [WARMING])
    page = Page(http)
    rasa.says(ERROR)  # it listens, and cannot answer yet
    client.cool()
    eventually(lambda: status(http) == "ok")
    page.send(text="你好")
    assert page.get()[0]["text"] == texts.GREET.plain
    assert rasa.words == [WARMING, WARMING, WARMING, "你好"]


def test_app_answers_alone_until_rasa_is_warm(
    http: httpx.Client, client: Rasa, rasa: FakeRasa
) -> None:
    eventually(lambda: status(http) == "ok")
    page = Page(http)
    rasa.meanwhile = lambda: time.sleep(BUDGET_SECONDS * 2)  # it is always too slow
    client.cool()
    assert status(http) == "degraded"
    page.send(text="路灯坏了")
    assert page.get(wait=BUDGET_SECONDS)[0]["text"] == appeal_texts.ASK_PLACE.plain
    rasa.meanwhile = None
    eventually(lambda: status(http) == "ok")
    assert "路灯坏了" not in rasa.words


def test_returning_rasa_must_first_answer_a_probe(
    rasa: FakeRasa,
) -> None:
    """Each message would otherwise pay for a connection that nobody takes."""
    client = Rasa(nobody_home())
    with pytest.raises(RasaUnavailable):
        client.parse("你好")
    assert not client.is_warm()
    client.move(rasa.url)
    with pytest.raises(RasaUnavailable):
        client.parse("你好")
    assert rasa.words == []
    client.warm_up()
    assert client.parse("你好")["intent"]["name"] == "greet"
    client.close()


class ClosingRasa(BaseHTTPRequestHandler):
    """Closes each connection after one answer, without announcing it."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


def test_closed_connection_is_opened_again() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), ClosingRasa) as server:
        serving_thread = threading.Thread(target=server.serve_forever)
        serving_thread.start()
        client = Rasa(f"http://127.0.0.1:{server.server_port}")
        answers = [client.parse("你好") for _ in range(3)]
        client.close()
        server.shutdown()
        serving_thread.join()
    assert answers == [{}, {}, {}]
    assert client.is_warm()
