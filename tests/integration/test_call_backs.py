"""A call-back, from the chat to the clerk and back."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from backend.call_backs import service as call_backs
from backend.clock import now
from backend.database import Database
from backend.models.call_backs import CallBack, CallBackStatus
from backend.models.conversations import Conversation, Owner
from backend.models.staff import AuditEntry
from backend.texts import staff as staff_texts
from dialogue.calling import CALL_ME
from dialogue.state import Ask
from dialogue.texts import wishes as texts
from tests.support.bot_desk import Desk, types
from tests.support.builders import NOISE
from tests.support.staff_app import Town

PHONE = "13812345678"


def rows(database: Database) -> list[CallBack]:
    with database.begin() as session:
        return list(session.scalars(select(CallBack).order_by(CallBack.id)))


def owe(town: Town, *, care: bool = False) -> tuple[int, int]:
    """(call-back, conversation): a resident waits for a call."""
    conversation_id = town.conversation()
    with town.database.begin() as session:
        chat = session.get_one(Conversation, conversation_id)
        if care:
            chat.account.resident.care = ["独居"]
            chat.account.resident.care_agreed_at = now()
            chat.account.resident.elder_mode = True
        window = (now(), now() + timedelta(hours=2))
        call_backs.ask(session, chat, PHONE, window, message_id=conversation_id, now=now())
    return rows(town.database)[-1].id, conversation_id


def test_call_is_asked_stepwise_and_stored_after_yes(alone: Desk) -> None:
    assert types(alone, "给我打电话") == texts.ASK_PHONE.plain
    assert types(alone, PHONE).startswith(texts.ASK_WHEN.plain)
    question = types(alone, "明天上午")
    assert "1 3 8 1 2 3 4 5 6 7 8" in question
    assert rows(alone.database) == []  # nothing before the yes
    assert types(alone, "对的").startswith("好，记下了。")
    (call,) = rows(alone.database)
    assert (call.phone, call.status) == (PHONE, CallBackStatus.OPEN)
    assert call.wanted_until - call.wanted_from == timedelta(hours=4)
    assert alone.resident().phone == PHONE


def asks_for_a_call(desk: Desk, of: str) -> str:
    for words in ("给我打电话", PHONE, "明天上午", "对的"):
        desk.hears(words, of=of)
        desk.answers()
    return desk.replies(of)[-1]


def test_a_number_is_not_called_for_a_prank(alone: Desk) -> None:
    strangers = [f"stranger-{number}" for number in range(call_backs.MOST_OF_A_PHONE)]
    assert all(asks_for_a_call(alone, of).startswith("好，记下了。") for of in strangers)
    assert asks_for_a_call(alone, "one-more") == texts.TOO_MANY_CALLS.plain
    assert len(rows(alone.database)) == call_backs.MOST_OF_A_PHONE
    assert asks_for_a_call(alone, strangers[0]).startswith("好，记下了。")  # their own one moves


def test_what_is_known_is_not_asked_again(alone: Desk) -> None:
    types(alone, "给我打电话", PHONE, "明天上午", "1")
    assert "1 3 8" in types(alone, "后天下午给我打电话")
    types(alone, "1")
    assert [call.status for call in rows(alone.database)] == ["cancelled", "open"]


def test_waiting_resident_may_choose_a_call(alone: Desk) -> None:
    types(alone, "人工")
    assert alone.presses(CALL_ME) == texts.ASK_PHONE.plain
    types(alone, PHONE, "1", "1")
    assert alone.chat().owner == Owner.BOT
    assert len(rows(alone.database)) == 1


@pytest.mark.parametrize("words", ["不用打了", "3", "算了"])
def test_before_the_yes_it_can_be_dropped(alone: Desk, words: str) -> None:
    types(alone, "明天上午给我打电话", PHONE)
    assert types(alone, words) == texts.CALL_STOPPED.plain
    assert rows(alone.database) == []


def test_after_the_yes_it_can_be_cancelled(alone: Desk) -> None:
    types(alone, "明天上午给我打电话", PHONE, "1")
    assert types(alone, "不用打电话了") == texts.CALL_STOPPED.plain
    assert [call.status for call in rows(alone.database)] == ["cancelled"]


@pytest.mark.parametrize(
    ("words", "question"),
    [("1381", texts.PHONE_UNCLEAR.plain), ("电话1234567890123", texts.PHONE_UNCLEAR.plain)],
)
def test_a_number_that_is_none_is_asked_again(alone: Desk, words: str, question: str) -> None:
    types(alone, "给我打电话")
    assert types(alone, words) == question


def test_another_matter_ends_the_form(alone: Desk) -> None:
    types(alone, "给我打电话", "楼道的灯坏了")
    question = alone.state().question
    assert question is not None
    assert (question.ask, question.call) == (Ask.PLACE, None)


def test_what_stands_beside_the_yes_is_taken_up(alone: Desk) -> None:
    types(alone, "明天上午给我打电话", PHONE)
    reply = types(alone, f"对，我家{NOISE}")
    assert reply.startswith("好，记下了。")
    assert len(rows(alone.database)) == 1
    draft = alone.state().draft
    assert draft is not None
    assert NOISE in draft.text


def test_open_question_returns_once_call_is_arranged(alone: Desk) -> None:
    question = alone.read_back()
    assert types(alone, "给我打电话") == texts.ASK_PHONE.plain
    assert types(alone, PHONE, "明天上午", "对的").endswith(question)
    types(alone, "对")
    assert (alone.cases(), len(rows(alone.database))) == (1, 1)


def test_the_same_yes_twice_is_one_call(alone: Desk) -> None:
    types(alone, "明天上午给我打电话", PHONE, "1")
    alone.execute("UPDATE inbox SET done_at = NULL WHERE body->>'text' = '1'")
    alone.answers()
    assert len(rows(alone.database)) == 1


def test_staff_see_calls_and_the_resident_is_notified(town: Town) -> None:
    late, _ = owe(town)
    first, chat = owe(town, care=True)
    listed = town.get("dispatcher", "/call-backs").json()["call_backs"]
    assert [call["id"] for call in listed] == [first, late]
    assert (listed[0]["phone"], listed[0]["care"], listed[0]["elder_mode"]) == (
        PHONE,
        ["独居"],
        True,
    )
    assert town.post("dispatcher", f"/call-backs/{first}/done").status_code == 200
    source, text = town.replies(chat)[-1]
    assert (source, "刚和您通过电话" in text) == ("system", True)
    assert town.post("supervisor", f"/call-backs/{first}/done").status_code == 409


def test_three_times_nobody_answered(town: Town) -> None:
    call, chat = owe(town)
    for _ in range(3):
        assert town.post("dispatcher", f"/call-backs/{call}/not-reached").status_code == 200
    reply = [text for _, text in town.replies(chat)]
    assert reply[:2] == [staff_texts.NOBODY_ANSWERED.plain] * 2
    assert reply[2] == staff_texts.GAVE_UP.plain
    assert rows(town.database)[0].status == CallBackStatus.NOT_REACHED
    assert town.post("dispatcher", f"/call-backs/{call}/done").status_code == 409


def test_phones_are_masked_for_who_does_not_ring(town: Town) -> None:
    owe(town)
    assert town.get("supervisor", "/call-backs").json()["call_backs"][0]["phone"] == "138****5678"
    assert town.get("handler", "/call-backs").status_code == 403
    town.get("dispatcher", "/call-backs")
    with town.database.begin() as session:
        records = session.scalars(select(AuditEntry).where(AuditEntry.action == "see_phone")).all()
    assert [entry.subject for entry in records] == ["call_backs"]


@pytest.mark.parametrize("step", ["done", "not-reached"])
def test_a_call_that_is_not_there(town: Town, step: str) -> None:
    assert town.post("dispatcher", f"/call-backs/999999/{step}").status_code == 404
    assert town.post("handler", f"/call-backs/999999/{step}").status_code == 403


def test_the_console_shows_it_and_takes_the_result(town: Town, desk: Any) -> None:
    call, chat = owe(town, care=True)
    browser = desk("dispatcher")
    page = browser.get("/conversations").text
    assert PHONE in page
    assert "老人模式" in page
    assert "独居" in page
    assert "没有人接" in browser.submit("/conversations", f"/call-backs/{call}/not-reached").text
    assert "打过 1 次" in browser.get("/conversations").text
    assert "电话打通了" in browser.submit("/conversations", f"/call-backs/{call}/done").text
    assert "不欠谁电话" in browser.get("/conversations").text
    town.queue(chat)
    assert "独居" in browser.get("/conversations/waiting").text
    assert "老人模式" in browser.get(f"/conversations/{chat}").text
    assert PHONE not in desk("supervisor").get("/conversations").text


def test_residents_needing_care_are_listed_first(town: Town) -> None:
    early = town.conversation()
    town.queue(early)
    _, cared_for = owe(town, care=True)
    town.queue(cared_for)
    listed = town.get("dispatcher", "/conversations", owner="queue").json()["conversations"]
    assert [row["id"] for row in listed] == [cared_for, early]
    assert listed[0]["care"] == ["独居"]
