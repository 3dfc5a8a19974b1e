"""Replies that are still being written outlive reloads, restarts and ended sign-ins."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from backend.clock import now
from backend.models.conversations import ReplyDraft
from backend.privacy.retention import delete_old
from tests.support.staff_app import Town

TEXT = "您好，<b>医保</b>要带身份证"


@pytest.fixture
def chat(town: Town) -> int:
    chat = town.conversation()
    town.post("dispatcher", f"/conversations/{chat}/claim")
    return chat


def stored(town: Town) -> list[str]:
    with town.database.begin() as session:
        return list(session.scalars(select(ReplyDraft.text)))


def test_a_draft_waits_for_its_writer(town: Town, chat: int, desk: Callable[[str], Any]) -> None:
    address, browser = f"/conversations/{chat}", desk("dispatcher")
    browser.submit(address, f"{address}/draft", text="半句")
    browser.submit(address, f"{address}/draft", text=TEXT)
    assert stored(town) == [TEXT]
    assert "&lt;b&gt;医保&lt;/b&gt;" in desk("dispatcher").get(address).text
    browser.submit(address, f"{address}/reply", text=TEXT)
    assert stored(town) == []


def test_a_refused_reply_keeps_its_draft(town: Town, chat: int, desk: Callable[[str], Any]) -> None:
    address, browser = f"/conversations/{chat}", desk("dispatcher")
    browser.submit(address, f"{address}/draft", text=TEXT)
    assert browser.submit(address, f"{address}/reply", text=" ").status_code == 400
    assert stored(town) == [TEXT]
    browser.submit(address, f"{address}/draft", text=" ")
    assert stored(town) == []


def test_ending_the_chat_loses_no_words(town: Town, chat: int, desk: Callable[[str], Any]) -> None:
    address = f"/conversations/{chat}"
    desk("dispatcher").submit(address, f"{address}/release", text=TEXT)
    assert stored(town) == [TEXT]
    assert "医保" in desk("dispatcher").get(address).text


def test_others_have_drafts_of_their_own(town: Town, chat: int, desk: Callable[[str], Any]) -> None:
    address = f"/conversations/{chat}"
    desk("dispatcher").submit(address, f"{address}/draft", text=TEXT)
    desk("supervisor").submit("/conversations", f"{address}/take-over")
    assert "医保" not in desk("supervisor").get(address).text
    assert len(stored(town)) == 1


def test_drafts_end_after_seven_days(town: Town, chat: int, desk: Callable[[str], Any]) -> None:
    address = f"/conversations/{chat}"
    desk("dispatcher").submit(address, f"{address}/draft", text=TEXT)
    with town.database.begin() as session:
        assert delete_old(session, now=now() + timedelta(days=6))["reply_drafts"] == 0
        assert delete_old(session, now=now() + timedelta(days=8))["reply_drafts"] == 1


def test_an_endless_draft_is_refused(town: Town, chat: int, desk: Callable[[str], Any]) -> None:
    address = f"/conversations/{chat}"
    answer = desk("dispatcher").submit(address, f"{address}/draft", text="x" * 10_000)
    assert answer.status_code == 400
    assert stored(town) == []
