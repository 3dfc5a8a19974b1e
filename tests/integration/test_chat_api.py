import itertools
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from backend.conversations.service import TYPING_TOPIC
from backend.database import Database, wake
from backend.models.conversations import Conversation
from backend.models.messages import Attachment, InboxMessage
from backend.models.residents import ChannelAccount
from backend.settings import Settings
from bot.app import Minhu
from bot.rasa.client import Rasa
from dialogue.texts import appeal as appeal_texts
from dialogue.texts import chat as texts
from tests.fakes import serving
from tests.fakes.rasa import FakeRasa
from tests.support.chat_page import Page, settle

APPEAL = "西湖区文三路夜里施工太吵"
LIMIT = 100_000
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"


@pytest.fixture(scope="module")
def app_url(
    shared_database: Database,
    started_rasa: FakeRasa,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("var")
    settings = Settings(_env_file=None, data_dir=folder, attachment_limit_bytes=LIMIT)
    client = Rasa(started_rasa.url)
    minhu = Minhu(settings, shared_database, client)
    with serving(minhu.web()) as url:
        minhu.wait_until_ready()
        yield url
    client.close()


@pytest.fixture
def http(app_url: str, database: Database, rasa: FakeRasa) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=app_url, trust_env=False, timeout=30) as http:
        yield http
    settle(database)


@pytest.fixture
def page(http: httpx.Client) -> Page:
    return Page(http)


def rows(database: Database, model: type) -> int:
    with database.begin() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_message_is_accepted_and_answered(page: Page) -> None:
    response = page.send(text=APPEAL)
    assert (response.status_code, response.json()) == (202, {"accepted": True, "duplicate": False})
    (message,) = page.get()
    right = message["buttons"][0]
    assert {**message, "text": "", "at": "", "buttons": []} == {
        "seq": 1, "from": "bot", "text": "", "buttons": [], "case_no": None, "at": "",
    }  # fmt: skip
    assert message["text"].startswith("事情：")
    assert right["title"] == appeal_texts.RIGHT_SO
    page.send("m2", payload=right["payload"])
    (registered,) = page.get(after=1)
    assert (registered["from"], registered["case_no"][:2]) == ("bot", "HZ")


def test_repeated_message_id_is_answered_once(page: Page) -> None:
    duplicates = [page.send("same", text="谢谢").json()["duplicate"] for _ in range(3)]
    page.send("last", text="再见")
    assert duplicates == [False, True, True]
    while len(messages := page.get()) < 2:
        time.sleep(0.02)
    assert [message["text"] for message in messages] == [texts.THANK.plain, texts.GOODBYE.plain]


def test_two_pages_may_use_the_same_message_id(http: httpx.Client) -> None:
    assert [Page(http).send(text="你好").json()["duplicate"] for _ in range(2)] == [False, False]


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer forged", "Basic eDp5"])
def test_a_forged_token_leaves_no_trace(
    http: httpx.Client, database: Database, header: str
) -> None:
    headers = {"Authorization": header}
    answers = [
        http.post("/chat/messages", json={"message_id": "1", "text": "x"}, headers=headers),
        http.post(
            "/chat/messages", data={"message_id": "1"}, files={"file": JPEG}, headers=headers
        ),
        http.get("/chat/messages", headers=headers),
        http.get("/chat/events", headers=headers),
        http.post("/chat/marks", json={"read": 1}, headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [401] * 5
    assert all(answer.json()["error"] for answer in answers)
    assert (rows(database, InboxMessage), rows(database, ChannelAccount)) == (0, 0)


def test_the_token_is_kept_nowhere(page: Page, database: Database) -> None:
    token = page.headers["Authorization"].removeprefix("Bearer ")
    with database.begin() as session:
        assert token not in session.scalars(select(ChannelAccount.external_id)).one()


BAD_BODIES = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"text": "x"}',
    b'{"message_id": "1"}',
    b'{"message_id": 1, "text": "x"}',
    b'{"message_id": "", "text": "x"}',
    b'{"message_id": "a b", "text": "x"}',
    '{"message_id": "一", "text": "x"}'.encode(),
    json.dumps({"message_id": "x" * 65, "text": "x"}).encode(),
    b'{"message_id": "1", "text": 5}',
    b'{"message_id": "1", "text": "x", "payload": "b1.0"}',
    b'{"message_id": "1", "location": {"latitude": 91, "longitude": 0}}',
    b'{"message_id": "1", "location": {"latitude": NaN, "longitude": 0}}',
    b'{"message_id": "1", "location": {"latitude": 30}}',
    json.dumps({"message_id": "1", "text": "长" * 10_001}).encode(),
    json.dumps({"message_id": "1", "payload": "b" * 65}).encode(),
]


def test_bad_body_is_a_400_with_explanation(page: Page, database: Database) -> None:
    for body in BAD_BODIES:
        answer = page.post(body)
        assert answer.status_code == 400, body[:80]
        assert answer.json()["error"], body[:80]
    assert rows(database, InboxMessage) == 0


def test_oversized_body_is_a_413(page: Page) -> None:
    assert page.post(b" " * 200_001).status_code == 413


def test_whatever_text_is_valid_json_is_kept(page: Page) -> None:
    odd = ["\0", "\ud83d", "a\0b", "长" * 10_000, "", "{}", "'; DROP TABLE cases; --"]
    for number, text in enumerate(odd):
        assert page.send(f"m{number}", text=text).status_code == 202, text[:20]
    pin = {"latitude": 30.2, "longitude": 120.1, "label": "\0\ud83d"}
    assert page.send("pin", location=pin).status_code == 202
    assert page.send("button", payload="\0").status_code == 202


def test_map_pin_is_the_place_of_the_matter(page: Page, rasa: FakeRasa) -> None:
    page.send(location={"latitude": 30.2, "longitude": 120.1, "label": "文三路"})
    assert page.get()[0]["text"] == appeal_texts.ASK_MATTER.plain
    page.send("m2", text="路灯不亮")
    assert "地点：文三路，" in page.get(after=1)[0]["text"]
    assert rasa.words == ["路灯不亮"]


def test_waiting_ends_as_soon_as_there_is_something(page: Page) -> None:
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(page.get)
        time.sleep(0.2)
        started_at = time.monotonic()
        page.send(text="谢谢")
        assert waiting.result(5)[0]["text"] == texts.THANK.plain
    assert time.monotonic() - started_at < 4


def test_waiting_ends_with_nothing_when_nothing_is_said(page: Page) -> None:
    started_at = time.monotonic()
    assert page.get(wait=0.3) == []
    assert time.monotonic() - started_at >= 0.3


def test_a_page_hears_only_its_own_chat(http: httpx.Client) -> None:
    one, other = Page(http), Page(http)
    one.send(text="我的事")
    assert len(one.get()) == 1
    assert other.get(wait=0) == []


@pytest.mark.parametrize("query", [{"after": -1}, {"after": "x"}, {"wait": 26}, {"wait": -1}])
def test_a_bad_query_is_a_400(page: Page, query: dict[str, Any]) -> None:
    answer = page.http.get("/chat/messages", params=query, headers=page.headers)
    assert answer.status_code == 400


def events(page: Page, count: int, last: str | None = None) -> list[tuple[str, str]]:
    """The next `count` events as (id, text)."""
    headers = page.headers | ({"Last-Event-ID": last} if last else {})
    events_read: list[tuple[str, str]] = []
    number = ""
    with page.http.stream("GET", "/chat/events", headers=headers) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        for line in stream.iter_lines():
            if line.startswith("id: "):
                number = line.removeprefix("id: ")
            if line.startswith("data: "):
                events_read.append((number, json.loads(line.removeprefix("data: "))["text"]))
            if len(events_read) == count:
                break
    return events_read


def test_events_stream_and_resume_after_the_last_seen(page: Page) -> None:
    with ThreadPoolExecutor(1) as threads:
        listening = threads.submit(events, page, 2)
        page.send("m1", text="谢谢")
        page.send("m2", text="再见")
        assert listening.result(10) == [("1", texts.THANK.plain), ("2", texts.GOODBYE.plain)]
    page.send("m3", text="你好")
    assert events(page, 1, last="2") == [("3", texts.GREET.plain)]


@pytest.mark.parametrize("marks", [{"read": -1}, {"got": 2**63}, {"typing": 7}, [], "x"])
def test_odd_marks_are_refused(page: Page, marks: Any) -> None:
    answer = page.http.post("/chat/marks", json=marks, headers=page.headers)
    assert answer.status_code == 400
    assert page.http.post("/chat/marks", json={}, headers=page.headers).status_code == 204


def test_the_page_hears_that_staff_type(page: Page, database: Database) -> None:
    with page.http.stream("GET", "/chat/events", headers=page.headers) as answer:
        lines = answer.iter_lines()
        assert next(lines) == ": open"
        with database.begin() as session:
            chat = session.scalars(select(Conversation.id)).one()
            wake(session, f"{TYPING_TOPIC}:{chat}")
        assert "event: typing" in itertools.islice(lines, 5)


def test_a_photo_is_kept_and_acknowledged(page: Page, database: Database) -> None:
    assert page.upload(JPEG).status_code == 202
    assert page.get()[0]["text"] == texts.PHOTO_ALONE.plain.format(what="照片")
    assert rows(database, Attachment) == 1


def test_bad_uploads(page: Page, database: Database) -> None:
    assert page.upload("不是照片".encode(), "photo.jpg").status_code == 415
    assert page.upload(JPEG + bytes(LIMIT)).status_code == 413
    assert page.upload(b"").status_code == 400
    assert page.upload(JPEG, message_id="a b").status_code == 400
    no_file = {"message_id": (None, "m1")}
    response = page.http.post("/chat/messages", files=no_file, headers=page.headers)
    assert response.status_code == 400
    assert page.post(b"--x", "multipart/form-data").status_code == 400
    assert page.post(b"--x", "multipart/form-data; boundary=x").status_code == 400
    assert rows(database, InboxMessage) == 0


def test_page_is_chinese_and_runs_only_own_scripts(http: httpx.Client) -> None:
    page = http.get("/chat")
    assert page.status_code == 200
    assert '<html lang="zh-CN">' in page.text
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert page.headers["x-content-type-options"] == "nosniff"


def test_health_names_its_parts(http: httpx.Client) -> None:
    health = http.get("/healthz")
    assert health.status_code == 200
    assert health.json() == {"status": "ok", "database": True, "rasa": True}
