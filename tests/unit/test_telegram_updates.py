from datetime import UTC, datetime
from typing import Any

import pytest
from telegram import Update

from backend.errors import BadInput
from backend.vocabulary.messages import File, Incoming, Pin
from bot.channels.telegram.updates import blocked_account, incoming, read_update

NOW = datetime(2026, 11, 23, 4, 5, 6, 789, tzinfo=UTC)
SENT_AT = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
RESIDENT = {"id": 1001, "is_bot": False, "first_name": "居民"}
PRIVATE = {"id": 1001, "type": "private", "first_name": "居民"}
PLACE = {"latitude": 30.25, "longitude": 120.16}


def message(**content: Any) -> dict[str, Any]:
    base = {"message_id": 7, "date": int(SENT_AT.timestamp()), "chat": PRIVATE, "from": RESIDENT}
    return {"update_id": 42, "message": base | content}


def file(**also: Any) -> dict[str, Any]:
    return {"file_id": "F1", "file_unique_id": "u", "file_size": 5, **also}


def as_incoming(**content: Any) -> Incoming:
    return Incoming("telegram", "1001", "1001:42", SENT_AT, **content)


def read(data: dict[str, Any]) -> Incoming | None:
    return incoming(Update.de_json(data, None), now=NOW)


PICTURE = {"width": 640, "height": 480}
SMALL = {"file_id": "F0", "file_unique_id": "s", "width": 90, "height": 67}
PHOTO = [file(**PICTURE), SMALL]
ANIMATION = file(**PICTURE, duration=1)
STICKER = file(**PICTURE, type="regular", is_animated=False, is_video=False)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"text": "楼下路灯坏了"}, {"text": "楼下路灯坏了"}),
        ({"text": "/statuses"}, {"text": "/statuses"}),
        ({"text": "/status 明天"}, {"text": "查进度"}),
        ({"text": "/settings"}, {"text": "我的资料"}),
        ({"text": "/privacy@minhu_bot"}, {"text": "隐私"}),
        ({"text": "/cancel"}, {"text": "取消"}),
        ({"text": "/starting"}, {"text": "/starting"}),
        ({"text": "坏\x00了\ud83d"}, {"text": "坏了"}),
        ({"text": "/start"}, {"intent": "greet"}),
        ({"text": "/start poster_12-A"}, {"intent": "greet", "scene": "poster_12-A"}),
        ({"text": "/start@minhu_bot x1"}, {"intent": "greet", "scene": "x1"}),
        ({"text": "/start 海报 12"}, {"intent": "greet"}),
        ({"text": "/start " + "a" * 65}, {"intent": "greet"}),
        ({"text": "/help"}, {"intent": "ask_help"}),
        ({"photo": PHOTO}, {"files": (File("photo", reference="F1", size_bytes=5),)}),
        (
            {"photo": PHOTO, "caption": "就是这里"},
            {"text": "就是这里", "files": (File("photo", reference="F1", size_bytes=5),)},
        ),
        (
            {"voice": file(duration=3)},
            {"files": (File("voice", reference="F1", size_bytes=5),)},
        ),
        (
            {"audio": file(duration=3)},
            {"files": (File("voice", reference="F1", size_bytes=5),)},
        ),
        (
            {"video": file(**PICTURE, duration=3)},
            {"files": (File("video", reference="F1", size_bytes=5),)},
        ),
        (
            {"video_note": file(length=240, duration=3)},
            {"files": (File("video_note", reference="F1", size_bytes=5),)},
        ),
        ({"document": file()}, {"files": (File("document", reference="F1", size_bytes=5),)}),
        (
            {"animation": ANIMATION, "document": file()},
            {"files": (File("video", reference="F1", size_bytes=5),)},
        ),
        ({"location": PLACE}, {"pin": Pin(30.25, 120.16)}),
        (
            {"location": PLACE, "venue": {"location": PLACE, "title": "西湖", "address": "1号"}},
            {"pin": Pin(30.25, 120.16, "西湖 1号")},
        ),
        (
            {"contact": {"phone_number": "13800138000", "first_name": "王"}},
            {"text": "13800138000"},
        ),
        ({"sticker": STICKER}, {"text": ""}),
        ({"dice": {"emoji": "🎲", "value": 3}}, {"text": ""}),
        ({"something_new": {"of": "next year"}}, {"text": ""}),
    ],
)
def test_what_a_resident_sends(content: dict[str, Any], expected: dict[str, Any]) -> None:
    assert read(message(**content)) == as_incoming(**expected)


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
def test_other_chats_are_not_listened_to(kind: str) -> None:
    chat = {"id": -5, "type": kind, "title": "业主群"}
    assert read(message(chat=chat, text="大家好")) is None
    pressed = {"id": "9", "from": RESIDENT, "chat_instance": "1", "data": "b1.0"}
    pressed["message"] = message(chat=chat, text="x")["message"]
    assert read({"update_id": 42, "callback_query": pressed}) is None


def test_service_messages_are_not_utterances() -> None:
    assert read(message(pinned_message=message(text="x")["message"])) is None
    assert read(message(message_auto_delete_timer_changed={"message_auto_delete_time": 9})) is None


@pytest.mark.parametrize("date", [int(SENT_AT.timestamp()), 0])  # 0: too old to be shown
def test_a_pressed_button_is_said_now(date: int) -> None:
    under = {"message_id": 5, "date": date, "chat": PRIVATE}
    pressed = {"id": "9", "from": RESIDENT, "chat_instance": "1", "data": "b17.0"}
    data = {"update_id": 42, "callback_query": pressed | {"message": under}}
    assert read(data) == Incoming(
        "telegram", "1001", "1001:42", NOW.replace(microsecond=0), payload="b17.0"
    )
    assert read_update(data, now=NOW).callback_query_id == "9"


def edited(**content: Any) -> dict[str, Any]:
    changed = message(**content, edit_date=int(NOW.timestamp()))["message"]
    return {"update_id": 43, "edited_message": changed}


def test_an_edit_is_said_again() -> None:
    at = NOW.replace(microsecond=0)
    assert read(edited(text="是三楼")) == Incoming("telegram", "1001", "1001:43", at, text="是三楼")


def test_corrected_caption_does_not_resend_its_photo() -> None:
    again = read(edited(photo=PHOTO, caption="是三楼"))
    assert again is not None
    assert (again.text, again.files) == ("是三楼", ())


def test_a_live_location_that_moves_says_nothing_new() -> None:
    assert read(edited(location=PLACE)) is None


def member(status: str, chat: dict[str, Any]) -> Update:
    bot = {"id": 9, "is_bot": True, "first_name": "民呼"}
    change = {
        "chat": chat,
        "from": RESIDENT,
        "date": int(SENT_AT.timestamp()),
        "old_chat_member": {"user": bot, "status": "member"},
        "new_chat_member": {"user": bot, "status": status, "until_date": 0},
    }
    return Update.de_json({"update_id": 44, "my_chat_member": change}, None)


def test_who_stopped_the_bot() -> None:
    assert blocked_account(member("kicked", PRIVATE)) == "1001"
    assert blocked_account(member("member", PRIVATE)) is None
    assert blocked_account(member("kicked", {"id": -5, "type": "group", "title": "群"})) is None
    assert incoming(member("kicked", PRIVATE), now=NOW) is None


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"update_id": "42"},
        {"update_id": True},
    ],
)
def test_what_is_not_an_update(data: object) -> None:
    with pytest.raises(BadInput):
        read_update(data, now=NOW)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"update_id": 42, "message": "hello"}, None),
        ({"update_id": 42, "message": {"chat": 3}}, None),
        ({"update_id": 42, "message": {"chat": {"id": "x", "type": "private"}}}, None),
        (message(text=5), ""),
        (message(location={"latitude": "north", "longitude": 1}), ""),
        (message(location={"latitude": "north"}, text="灯坏了\x00"), "灯坏了"),
        (message(poll={}, caption="这里"), "这里"),
    ],
)
def test_words_are_read_where_the_library_fails(data: object, words: str | None) -> None:
    arrival = read_update(data, now=NOW)
    assert (arrival.message.text if arrival.message else None) == words
    assert arrival.update_id == 42
