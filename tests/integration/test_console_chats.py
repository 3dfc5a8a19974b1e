"""The console: chats with residents."""

import re
from typing import Any

from sqlalchemy import text

from tests.support.staff_app import UNIT, Town

PHONE = "13812345678"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154"
    "789c63606060f80f00010401005f8f7b4e0000000049454e44ae426082"
)


def test_forms_suffice_to_claim_answer_and_release(town: Town, desk: Any) -> None:
    conversation_id = town.conversation()
    town.says(conversation_id, "我要找人工")
    town.queue(conversation_id)
    case_no = town.case("路灯不亮", conversation_id=conversation_id, unit=UNIT)
    browser, chat = desk("dispatcher"), f"/conversations/{conversation_id}"
    assert "我要找人工" in browser.get("/conversations").text
    page = browser.submit("/conversations", f"{chat}/claim").text
    assert "已接起" in page
    assert "由我来跟您说。" in page
    assert f"/console/cases/{case_no}" in page
    assert "您慢慢说" in browser.submit(chat, f"{chat}/reply", text="您慢慢说").text
    empty = browser.submit(chat, f"{chat}/reply", text=" ")
    assert empty.status_code == 400
    assert "请先写要回复的话" in empty.text
    assert "已结束" in browser.submit(chat, f"{chat}/release").text
    assert [text for source, text in town.replies(conversation_id) if source == "staff"][
        1
    ] == "您慢慢说"


def test_sending_the_same_reply_form_twice_answers_once(town: Town, desk: Any) -> None:
    conversation_id = town.conversation()
    browser, chat = desk("dispatcher"), f"/conversations/{conversation_id}"
    browser.submit(chat, f"{chat}/claim")
    html = browser.get(chat).text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', html))
    for _ in range(2):
        browser.post(f"{chat}/reply", data=hidden | {"text": "您好"})
    messages = town.get("dispatcher", chat).json()["messages"]
    assert [message["text"] for message in messages].count("您好") == 1


def test_chat_of_a_colleague_is_closed_to_others(town: Town, desk: Any) -> None:
    conversation_id = town.conversation()
    town.says(conversation_id, "这是我的私事")
    town.post("dispatcher", f"/conversations/{conversation_id}/claim")
    for path in (f"/conversations/{conversation_id}", f"/conversations/{conversation_id}/messages"):
        page = desk("supervisor").get(path)
        assert page.status_code == 403
        assert "这是我的私事" not in page.text


def test_a_handler_has_no_chats(town: Town, desk: Any) -> None:
    browser = desk("handler")
    assert "等候的会话" not in browser.get("/cases").text
    assert browser.get("/conversations").status_code == 403


def test_resident_in_danger_is_first_in_queue(town: Town, desk: Any) -> None:
    early, danger = town.conversation(), town.conversation()
    town.queue(early, "市民要找人")
    town.queue(danger, "紧急：燃气泄漏")
    html = desk("dispatcher").get("/conversations/waiting").text
    assert html.index("紧急：燃气泄漏") < html.index("市民要找人")


def test_a_supervisor_who_only_looks_sees_numbers_masked(town: Town, desk: Any) -> None:
    conversation_id = town.conversation()
    town.says(conversation_id, f"打我电话{PHONE}")
    town.queue(conversation_id)
    browser, chat = desk("supervisor"), f"/conversations/{conversation_id}"
    assert PHONE not in browser.get("/conversations").text
    assert PHONE not in browser.get(chat).text
    assert PHONE in browser.submit(chat, f"{chat}/claim").text


MANY = """
WITH people AS (INSERT INTO residents (created_at, care)
  SELECT now(), '[]'::jsonb FROM generate_series(1, 1000) RETURNING id),
accounts AS (
  INSERT INTO channel_accounts (channel, external_id, resident_id, created_at, link_tries)
  SELECT 'web', 'many-' || id, id, now(), 0 FROM people RETURNING id)
INSERT INTO conversations
  (account_id, owner, queued_at, queue_code, turn_lease, last_seq, created_at)
  SELECT id, 'queue', now(), 'asked', 0, 0, now() FROM accounts"""


def test_a_thousand_waiting_chats_are_paged(town: Town, desk: Any) -> None:
    with town.database.begin() as session:
        session.execute(text(MANY))
    browser = desk("dispatcher")
    first, last = browser.get("/conversations").text, browser.get("/conversations?page=20").text
    assert "共 20 页、1000 人在等" in first
    assert first.count('id="queued-') == last.count('id="queued-') == 50
    assert "后一页" not in last
    assert len(first.encode()) < 120_000
