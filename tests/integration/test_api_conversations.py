"""Chats over HTTP: taken once, answered by whoever has them, given back."""

import threading

import pytest

from backend.desk.chats import LONGEST_REPLY
from backend.models.conversations import Conversation, Owner
from backend.models.staff import Role
from backend.texts.staff import GOODBYE, GREETING
from tests.support.staff_app import UNIT, Town

HELLO = GREETING.plain.format(unit="杭州市12345民呼中心（示例）", name="示例派单员")
PARTING = GOODBYE.plain.format(name="示例派单员")


@pytest.fixture
def chat(town: Town) -> int:
    conversation_id = town.conversation()
    town.says(conversation_id, "我要找人工")
    town.queue(conversation_id)
    return conversation_id


def code(town: Town, who: str, chat: int, action: str, text: str | None = None) -> int:
    body = {"text": text} if text is not None else None
    return town.post(who, f"/conversations/{chat}/{action}", body).status_code


def texts(town: Town, chat: int, source: str) -> list[str]:
    """What was said by `source`, read from the database: a colleague may have the chat."""
    with town.database.begin() as session:
        conversation = session.get_one(Conversation, chat)
        conversation.owner, conversation.staff_id = Owner.BOT, None
    return [text for said_by, text in town.replies(chat) if said_by == source]


def test_a_chat_is_claimed_answered_and_released(town: Town, chat: int) -> None:
    claimed = town.post("dispatcher", f"/conversations/{chat}/claim").json()
    assert claimed["owner"] == "staff"
    assert claimed["staff"] == {"name": "示例派单员", "unit": "杭州市12345民呼中心（示例）"}
    assert code(town, "dispatcher", chat, "reply", " 您慢慢说 ") == 200
    released = town.post("dispatcher", f"/conversations/{chat}/release").json()
    assert released["owner"] == "bot"
    assert released["staff"] is None
    assert texts(town, chat, "staff") == [HELLO, "您慢慢说", PARTING]


def test_claiming_ones_own_chat_again_greets_only_once(town: Town, chat: int) -> None:
    assert [code(town, "dispatcher", chat, "claim") for _ in range(2)] == [200, 200]
    assert texts(town, chat, "staff") == [HELLO]


def test_a_chat_of_the_bot_can_be_claimed(town: Town) -> None:
    assert code(town, "dispatcher", town.conversation(), "claim") == 200


def test_chat_of_a_colleague_cannot_be_claimed(town: Town, chat: int) -> None:
    assert code(town, "dispatcher", chat, "claim") == 200
    for action, text in [("claim", None), ("reply", "我来"), ("release", None)]:
        assert code(town, "supervisor", chat, action, text) == 409
    assert texts(town, chat, "staff") == [HELLO]


@pytest.mark.parametrize(("action", "text"), [("reply", "我来"), ("release", None)])
def test_a_chat_must_be_claimed_first(town: Town, chat: int, action: str, text: str) -> None:
    assert code(town, "dispatcher", chat, action, text) == 409


def test_simultaneous_claims_succeed_once(town: Town) -> None:
    town.hire("second", Role.DISPATCHER, "HZ-12345")
    headers = [town.bearer("dispatcher"), town.bearer("second")]
    chats = [town.conversation() for _ in range(5)]
    together = threading.Barrier(2)
    codes: dict[int, list[int]] = {chat: [] for chat in chats}

    def claim_all(mine: dict[str, str]) -> None:
        for chat in chats:
            together.wait()
            path = f"/api/v1/conversations/{chat}/claim"
            codes[chat].append(town.client.post(path, headers=mine).status_code)

    threads = [threading.Thread(target=claim_all, args=[mine]) for mine in headers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [sorted(codes[chat]) for chat in chats] == [[200, 409]] * 5
    assert all(len(texts(town, chat, "staff")) == 1 for chat in chats)


@pytest.mark.parametrize("text", ["", "   \n", "\0", "字" * (LONGEST_REPLY + 1), "字" * 5001])
def test_an_empty_or_endless_reply_is_bad_input(town: Town, chat: int, text: str) -> None:
    town.post("dispatcher", f"/conversations/{chat}/claim")
    assert code(town, "dispatcher", chat, "reply", text) == 400
    assert texts(town, chat, "staff") == [HELLO]


@pytest.mark.parametrize("who", ["handler", "leader"])
def test_staff_without_chat_duty_see_no_chats(town: Town, chat: int, who: str) -> None:
    assert town.get(who, "/conversations").status_code == 403
    assert town.get(who, f"/conversations/{chat}").status_code == 403
    for action, text in [("claim", None), ("reply", "我来"), ("release", None)]:
        assert code(town, who, chat, action, text) == 403


def test_only_its_owner_reads_a_claimed_chat(town: Town, chat: int) -> None:
    assert town.get("supervisor", f"/conversations/{chat}").status_code == 200
    town.post("dispatcher", f"/conversations/{chat}/claim")
    assert town.get("dispatcher", f"/conversations/{chat}").status_code == 200
    for who in ("supervisor", "admin"):
        answer = town.get(who, f"/conversations/{chat}")
        assert answer.status_code == 403
        assert "我要找人工" not in answer.text


def test_the_transcript_has_both_sides_in_order(town: Town, chat: int) -> None:
    town.post("dispatcher", f"/conversations/{chat}/claim")
    town.says(chat, "路灯坏了")
    answer = town.get("dispatcher", f"/conversations/{chat}").json()
    messages = [(message["from"], message["text"]) for message in answer["messages"]]
    assert messages == [("resident", "我要找人工"), ("staff", HELLO), ("resident", "路灯坏了")]
    assert all({"at", "files", "location", "delivery"} <= m.keys() for m in answer["messages"])


def test_list_is_by_owner_then_longest_wait(town: Town) -> None:
    first, second, third, idle = (town.conversation() for _ in range(4))
    for chat in (first, second, third):
        town.queue(chat)
    town.post("dispatcher", f"/conversations/{third}/claim")

    def listed(**filters: str) -> list[int]:
        answer = town.get("dispatcher", "/conversations", **filters)
        return [row["id"] for row in answer.json()["conversations"]]

    assert listed(owner="queue") == [first, second]
    assert listed(owner="staff") == [third]
    assert listed(owner="bot") == [idle]
    assert set(listed(owner="")) == {first, second, third, idle}
    assert town.get("dispatcher", "/conversations", owner="cat").status_code == 400


@pytest.mark.parametrize(
    ("chat", "answer"), [("999", 404), (str(10**12), 400), ("x", 400), ("0", 400)]
)
def test_a_chat_that_is_not_there(town: Town, chat: str, answer: int) -> None:
    assert town.get("dispatcher", f"/conversations/{chat}").status_code == answer
    assert town.post("dispatcher", f"/conversations/{chat}/claim").status_code == answer


def test_a_case_and_its_chat_are_apart(town: Town) -> None:
    """The handler of a case does not read the resident's chat through it."""
    chat = town.conversation()
    town.case(conversation_id=chat, unit=UNIT)
    assert town.get("handler", f"/conversations/{chat}").status_code == 403
