"""The stream of events that keeps a page of the console up to date."""

import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete
from starlette.testclient import TestClient

from backend.attachments.storage import AttachmentFolder
from backend.database import Database
from backend.models.staff import Role, StaffToken
from backend.web.console import feed, stream
from tests.support.event_stream import open_events
from tests.support.staff_app import UNIT, Town, staff_app

DANGER = "紧急：燃气"


def test_a_new_emergency_arrives_within_two_seconds(town: Town) -> None:
    chat = town.conversation()
    with open_events(town, town.token("dispatcher")) as events:
        assert events.news() == {"waiting": 0, "urgent": 0, "alarms": [], "chat": ""}
        begun = time.monotonic()
        town.queue(chat, DANGER)
        news = events.news()
        assert time.monotonic() - begun < 2
    assert (news["waiting"], news["urgent"]) == (1, 1)
    assert [(alarm["chat"], alarm["what"]) for alarm in news["alarms"]] == [(chat, DANGER)]


def test_the_badge_goes_down_with_a_claim(town: Town) -> None:
    chat = town.conversation()
    town.queue(chat)
    with open_events(town, town.token("dispatcher")) as events:
        assert events.news()["waiting"] == 1
        town.post("supervisor", f"/conversations/{chat}/claim")
        assert events.news()["waiting"] == 0


def test_resuming_repeats_nothing_and_loses_nothing(town: Town) -> None:
    first, second = town.conversation(), town.conversation()
    town.queue(first)
    token = town.token("dispatcher")
    with open_events(town, token) as events:
        events.news()
        last = events.last_id
    town.queue(second)
    with open_events(town, token, last=last) as events:
        assert events.news()["waiting"] == 2
        last = events.last_id
    with open_events(town, token, last=last) as events:
        town.queue(town.conversation())
        assert events.news()["waiting"] == 3


def test_each_viewer_hears_of_their_chats(town: Town) -> None:
    """A unit is shown the chats of its residents alone, and nothing of a chat it may not read."""
    town.hire("western", Role.DISPATCHER, UNIT)
    own, foreign = town.conversation(), town.conversation()
    town.case(conversation_id=own, unit=UNIT)
    with open_events(town, town.token("western")) as events:
        events.news()
        town.queue(foreign, DANGER)
        town.queue(own)
        assert (events.news()["waiting"], foreign) == (1, foreign)
    with open_events(town, town.token("western"), chat=foreign) as events:
        assert events.status_code == 404
    with open_events(town, town.token("handler")) as events:
        assert events.status_code == 403


def test_words_in_an_open_chat_change_its_mark(town: Town) -> None:
    chat, other = town.conversation(), town.conversation()
    town.post("dispatcher", f"/conversations/{chat}/claim")
    with open_events(town, town.token("dispatcher"), chat=chat) as events:
        marks = [events.news()["chat"]]
        town.says(other, "不是这个会话")
        town.says(chat, "还有一件事")
        marks.append(events.news()["chat"])
        town.post("dispatcher", f"/conversations/{chat}/reply", {"text": "您说"})
        marks.append(events.news()["chat"])
    assert len(set(marks)) == 3
    with open_events(town, town.token("supervisor"), chat=chat) as events:
        assert events.status_code == 403


def test_the_stream_ends_with_the_sign_in(town: Town, monkeypatch: Any) -> None:
    monkeypatch.setattr(stream, "PING_SECONDS", 0.05)
    with open_events(town, town.token("dispatcher")) as events:
        events.news()
        with town.database.begin() as session:
            session.execute(delete(StaffToken))
        assert events.next()[0] == "ended"
        with pytest.raises(StopIteration):
            events.next()


def test_one_sign_in_opens_a_dozen_streams(town: Town) -> None:
    token = town.token("dispatcher")
    with ExitStack() as opened:
        streams = [opened.enter_context(open_events(town, token)) for _ in range(feed.MOST_OF_ONE)]
        assert {events.status_code for events in streams} == {200}
        with open_events(town, token) as events:
            assert events.status_code == 429
        with open_events(town, town.token("supervisor")) as events:
            assert events.status_code == 200


def test_a_look_at_many_pages_is_one_read(town: Town, monkeypatch: Any) -> None:
    reads = []
    read = stream._read
    monkeypatch.setattr(stream, "_read", lambda *of: reads.append(1) or read(*of))
    with ExitStack() as opened:
        streams = [
            opened.enter_context(open_events(town, town.token("dispatcher"))) for _ in range(10)
        ]
        for events in streams:
            events.news()
        before = len(reads)
        town.queue(town.conversation())
        assert {events.news()["waiting"] for events in streams} == {1}
    assert len(reads) - before <= 2


def test_a_page_without_database_comes_back(tmp_path: Path) -> None:
    away = Database("postgresql://nobody@127.0.0.1:1/nowhere")
    app = staff_app(away, AttachmentFolder(tmp_path, limit_bytes=1000))
    client = TestClient(app, cookies={"minhu_staff": "x"})
    page = client.get("/console/cases")
    assert (page.status_code, page.headers["refresh"]) == (503, "5")
    assert "系统正忙" in page.text
    assert client.get("/console/events").status_code == 503
    assert "refresh" not in client.post("/console/conversations/1/reply").headers
    away.engine.dispose()
