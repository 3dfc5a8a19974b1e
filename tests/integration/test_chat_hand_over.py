"""Chats that change hands: a silent colleague, a take-over, a hand-over, notes."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from backend.clock import now
from backend.demo import DEMO_UNITS
from backend.jobs.scheduler import sweep
from backend.models.conversations import Conversation, Owner
from backend.models.messages import OutboxMessage
from backend.models.staff import AuditEntry, Role
from backend.texts.staff import NOBODY_WROTE
from tests.support.staff_app import UNIT, Town

SILENCE = timedelta(minutes=10, seconds=1)


@pytest.fixture
def chat(town: Town) -> int:
    """A chat that the dispatcher has."""
    chat = town.conversation()
    town.post("dispatcher", f"/conversations/{chat}/claim")
    return chat


def row(town: Town, chat: int) -> Conversation:
    with town.database.begin() as session:
        return session.get_one(Conversation, chat)


def sent_to(town: Town, chat: int) -> list[tuple[str, str]]:
    """(source, text) of what the resident was sent."""
    with town.database.begin() as session:
        rows = session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.conversation_id == chat)
            .order_by(OutboxMessage.id)
        )
        return [(row.source, row.text) for row in rows]


def audits(town: Town) -> list[str]:
    with town.database.begin() as session:
        return list(session.scalars(select(AuditEntry.action)))


def test_a_silent_chat_returns_to_the_queue(town: Town, chat: int) -> None:
    town.says(chat, "在吗")
    sweep(town.database, now() + SILENCE - timedelta(minutes=1))
    assert row(town, chat).owner == Owner.STAFF
    sweep(town.database, now() + SILENCE)
    returned = row(town, chat)
    assert (returned.owner, returned.queue_code, returned.staff_id) == ("queue", "unanswered", None)
    assert sent_to(town, chat)[-1] == ("system", NOBODY_WROTE.plain)
    assert "left_conversation_silent" in audits(town)
    assert town.get("dispatcher", f"/conversations/{chat}").status_code == 200


def test_an_answer_stops_the_clock(town: Town, chat: int) -> None:
    town.says(chat, "在吗")
    town.post("dispatcher", f"/conversations/{chat}/reply", {"text": "在的"})
    sweep(town.database, now() + SILENCE)
    assert row(town, chat).owner == Owner.STAFF
    town.says(chat, "路灯坏了")
    sweep(town.database, now() + SILENCE)
    assert row(town, chat).owner == Owner.QUEUE


def test_a_supervisor_takes_over(town: Town, chat: int, desk: Callable[[str], Any]) -> None:
    page = desk("supervisor").submit("/conversations", f"/conversations/{chat}/take-over")
    assert "已接起" in page.text
    late = town.post("dispatcher", f"/conversations/{chat}/reply", {"text": "我还在"})
    assert late.status_code == 409
    assert "督办员" in sent_to(town, chat)[-1][1]
    assert "take_over_conversation" in audits(town)


def test_only_supervisors_take_over(town: Town, chat: int, desk: Callable[[str], Any]) -> None:
    town.hire("second", Role.DISPATCHER, DEMO_UNITS[Role.DISPATCHER])
    browser, other = desk("second"), town.conversation()
    assert "take-over" not in browser.get("/conversations").text
    token = form_token(browser.get(f"/conversations/{other}").text)
    answer = browser.post(f"/conversations/{chat}/take-over", data={"form_token": token})
    assert answer.status_code == 403


def form_token(html: str) -> str:
    return re.findall(r'name="form_token" value="([^"]+)"', html)[0]


def test_a_chat_goes_to_a_colleague(town: Town, chat: int, desk: Callable[[str], Any]) -> None:
    address = f"/conversations/{chat}"
    answer = desk("dispatcher").submit(
        address, f"{address}/hand-over", to="supervisor", note="他要问医保"
    )
    assert "转过去了" in answer.text
    assert "他要问医保" in desk("supervisor").get(address).text
    assert "他要问医保" not in str(sent_to(town, chat))
    assert "hand_over_conversation" in audits(town)


def test_a_unit_sees_what_it_is_handed(town: Town, chat: int, desk: Callable[[str], Any]) -> None:
    town.hire("western", Role.DISPATCHER, UNIT)
    address = f"/conversations/{chat}"
    assert desk("western").get(address).status_code == 404
    desk("dispatcher").submit(address, f"{address}/hand-over", to=f"unit:{UNIT}")
    assert "转来" in desk("western").get("/conversations").text
    assert "已接起" in desk("western").submit(address, f"{address}/claim").text


@pytest.mark.parametrize("to", ["", "handler", "dispatcher", "unit:nowhere", "unit:330102-housing"])
def test_nobody_is_handed_a_chat_wrongly(
    town: Town, chat: int, desk: Callable[[str], Any], to: str
) -> None:
    address = f"/conversations/{chat}"
    assert desk("dispatcher").submit(address, f"{address}/hand-over", to=to).status_code == 400
    assert row(town, chat).owner == Owner.STAFF


def test_notes_stay_among_staff(town: Town, chat: int, desk: Callable[[str], Any]) -> None:
    address = f"/conversations/{chat}"
    browser = desk("dispatcher")
    assert "<b>老</b>" not in browser.submit(address, f"{address}/note", note="<b>老</b>人").text
    assert "老&lt;" not in str(sent_to(town, chat))
    assert browser.submit(address, f"{address}/note", note=" ").status_code == 400
    assert desk("handler").post(f"{address}/note").status_code == 403
