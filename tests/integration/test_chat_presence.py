"""Who looks at a chat and types in it, and what the resident's page shows of the replies."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from backend.clock import now
from backend.conversations.marks import TYPING, Marks, marks_of, note_page
from backend.desk.viewers import LOOKING, viewers_of
from backend.models.conversations import Conversation
from backend.privacy.retention import delete_old
from tests.support.event_stream import open_events
from tests.support.staff_app import Town

FAR = 2**40


@pytest.fixture
def chat(town: Town) -> int:
    chat = town.conversation("resident")
    town.post("dispatcher", f"/conversations/{chat}/claim")
    return chat


def tells(town: Town, *, got: int = 0, read: int = 0, typing: bool = False) -> None:
    """The resident's page tells what it shows."""
    with town.database.begin() as session:
        assert note_page(session, "web", "resident", Marks(got, read, typing), now=now())


def marks(town: Town, chat: int) -> Marks:
    with town.database.begin() as session:
        return marks_of(session, chat, now=now())


def last_seq(town: Town, chat: int) -> int:
    with town.database.begin() as session:
        return session.get_one(Conversation, chat).last_seq


def test_replies_are_marked_as_the_page_shows(
    town: Town, chat: int, desk: Callable[[str], Any]
) -> None:
    browser, address = desk("dispatcher"), f"/conversations/{chat}"
    town.post("dispatcher", f"{address}/reply", {"text": "您说"})
    assert browser.get(f"{address}/messages").text.count("已发出") == 2  # greeting and reply
    tells(town, got=last_seq(town, chat), read=last_seq(town, chat) - 1)
    page = browser.get(f"{address}/messages").text
    assert (page.count("已读"), page.count("已送达"), page.count("已发出")) == (1, 1, 0)


def test_marks_go_neither_back_nor_beyond(town: Town, chat: int) -> None:
    tells(town, got=FAR, read=FAR)
    newest = last_seq(town, chat)
    assert marks(town, chat) == Marks(newest, newest)
    tells(town, got=0, read=0)
    assert marks(town, chat) == Marks(newest, newest)


def test_only_chats_of_staff_have_marks(town: Town) -> None:
    chat = town.conversation("resident")
    tells(town, got=1, typing=True)
    assert marks(town, chat) == Marks()
    with town.database.begin() as session:
        assert not note_page(session, "web", "nobody", Marks(1, 1), now=now())


def test_a_message_ends_the_residents_typing(
    town: Town, chat: int, desk: Callable[[str], Any]
) -> None:
    address = f"/conversations/{chat}/presence"
    tells(town, typing=True)
    assert "市民正在输入" in desk("dispatcher").get(address).text
    town.says(chat, "说完了")
    assert "正在输入" not in desk("dispatcher").get(address).text
    tells(town, typing=True)
    with town.database.begin() as session:
        assert not marks_of(session, chat, now=now() + TYPING).is_typing


def test_typing_shows_on_the_open_page(town: Town, chat: int) -> None:
    with open_events(town, town.token("dispatcher"), chat=chat) as events:
        before = events.news()["chat"]
        tells(town, typing=True)
        assert events.news()["chat"] != before


def test_a_colleague_with_the_page_is_named(town: Town, desk: Callable[[str], Any]) -> None:
    chat = town.conversation()
    town.queue(chat)
    with open_events(town, town.token("supervisor"), chat=chat) as events:
        events.news()
        assert "示例督办" in desk("dispatcher").get(f"/conversations/{chat}/presence").text
        assert "示例督办" not in desk("supervisor").get(f"/conversations/{chat}/presence").text
        assert "在看" in desk("dispatcher").get("/conversations").text
    with town.database.begin() as session:
        assert viewers_of(session, [chat], now=now() + LOOKING) == {}


def test_supervisors_see_who_is_writing(town: Town, chat: int, desk: Callable[[str], Any]) -> None:
    address = f"/conversations/{chat}"
    assert "正在写回复" not in desk("supervisor").get("/conversations").text
    desk("dispatcher").submit(address, f"{address}/draft", text="您好，")
    assert "正在写回复" in desk("supervisor").get("/conversations").text


def test_presence_is_closed_to_others(town: Town, chat: int, desk: Callable[[str], Any]) -> None:
    assert desk("supervisor").get(f"/conversations/{chat}/presence").status_code == 403
    assert desk("handler").get(f"/conversations/{chat}/presence").status_code == 403
    assert desk("dispatcher").get("/conversations/99999999/presence").status_code == 404


def test_looks_are_deleted_after_a_day(town: Town, chat: int) -> None:
    with open_events(town, town.token("dispatcher"), chat=chat) as events:
        events.news()
    with town.database.begin() as session:
        delete_old(session, now=now() + timedelta(days=2))
        assert viewers_of(session, [chat], now=now()) == {}
