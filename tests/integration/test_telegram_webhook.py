import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from backend.database import Database
from backend.models.messages import InboxMessage
from backend.models.residents import ChannelAccount
from backend.vocabulary.messages import Body, File
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.polling import poll
from bot.channels.telegram.webhook import telegram_webhook
from tests.fakes import serving
from tests.fakes.bot_api import FakeBotApi, Resident, running_bot_api

SECRET = "a-secret-of-the-webhook"


@pytest.fixture
def api() -> Iterator[FakeBotApi]:
    with running_bot_api() as api:
        yield api


@pytest.fixture
def resident(api: FakeBotApi) -> Resident:
    return api.resident(1001)


@pytest.fixture
def url(api: FakeBotApi, database: Database) -> Iterator[str]:
    """Our webhook, which the fake Telegram knows of."""
    with serving(_app(api, database)) as address:
        api.webhook = {"url": f"{address}/telegram", "secret_token": SECRET}
        yield api.webhook["url"]


@pytest.fixture
def polling(api: FakeBotApi, database: Database) -> Iterator[None]:
    with serving(_app(api, database, polls=True)):
        yield


def _app(api: FakeBotApi, database: Database, *, polls: bool = False) -> FastAPI:
    channel = TelegramChannel(api.token, api.url)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await channel.start(asyncio.get_running_loop())
        task = asyncio.create_task(poll(database, channel)) if polls else None
        yield
        if task:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await channel.stop()

    app = FastAPI(lifespan=lifespan)
    app.include_router(telegram_webhook(database, channel, SECRET))
    return app


def inbox_rows(database: Database) -> list[InboxMessage]:
    with database.begin() as session:
        return list(session.scalars(select(InboxMessage).order_by(InboxMessage.id)))


def bodies(database: Database) -> list[Body]:
    return [Body.of(row.body) for row in inbox_rows(database)]


def post(url: str, content: bytes, secret: str = SECRET) -> int:
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
    return httpx.post(url, content=content, headers=headers).status_code


def eventually(is_so: Callable[[], Any]) -> None:
    ends = time.monotonic() + 2.5
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.01)


def test_a_message_is_committed_before_the_answer(
    api: FakeBotApi, resident: Resident, url: str, database: Database
) -> None:
    update = resident.says("楼下路灯坏了")
    assert api.webhook_answers == [200]
    (row,) = inbox_rows(database)
    assert (row.channel, row.external_id) == ("telegram", f"1001:{update['update_id']}")
    assert row.sent_at.timestamp() == update["message"]["date"]
    assert Body.of(row.body) == Body(text="楼下路灯坏了")


def test_each_kind_comes_through(resident: Resident, url: str, database: Database) -> None:
    first = resident.says("/start poster-3")
    resident.sends_voice(b"OggS")
    resident.sends_photo(b"\xff\xd8", caption="就是这里")
    resident.shares_location(30.25, 120.16, title="西湖", address="1号")
    resident.edits(resident.says("二楼"), "三楼")
    greeting, voice, photo, place, *texts = bodies(database)
    assert greeting.intent == "greet"
    assert voice.files[0].kind == "voice"
    assert photo.files == (File("photo", reference=photo.files[0].reference, size_bytes=2),)
    assert place.pin is not None
    assert place.pin.label == "西湖 1号"
    assert [body.text for body in texts] == ["二楼", "三楼"]
    with database.begin() as session:
        account = session.scalars(select(ChannelAccount)).one()
        assert (account.external_id, account.scene) == ("1001", "poster-3")
    assert inbox_rows(database)[0].external_id == f"1001:{first['update_id']}"


def test_a_forged_secret(resident: Resident, url: str, database: Database) -> None:
    update = {"update_id": 1, "message": {"text": "x"}}
    for secret in ("", "wrong", "\xff", SECRET + "x"):
        headers = {b"X-Telegram-Bot-Api-Secret-Token": secret.encode("latin-1")}
        assert httpx.post(url, json=update, headers=headers).status_code == 401
    assert httpx.post(url, json=update).status_code == 401
    assert inbox_rows(database) == []


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff", b'{"message": {}}', b"[" * 9999],
)
def test_what_is_not_an_update(url: str, database: Database, content: bytes) -> None:
    assert post(url, content) == 400
    assert inbox_rows(database) == []


def a_private_message(chat: int, update_id: int = 7, **fields: Any) -> bytes:
    person = {"id": chat, "type": "private", "first_name": "甲"}
    message = {"message_id": 22, "date": 1795980000, "chat": person, **fields}
    return json.dumps({"update_id": update_id, "message": message}).encode()


UNREADABLE: list[dict[str, Any]] = [
    {"poll": {"id": "1", "question": "q"}},
    {"photo": 3},
    {"reply_to_message": {"message_id": 1}},
    {"entities": [{"type": 5}]},
]


@pytest.mark.parametrize("part", UNREADABLE, ids=str)
def test_unreadable_part_costs_no_words(url: str, database: Database, part: dict[str, Any]) -> None:
    assert post(url, a_private_message(7100001, text="就是这个路口，路灯坏了", **part)) == 200
    assert [body.text for body in bodies(database)] == ["就是这个路口，路灯坏了"]


def test_unreadable_update_without_words_is_not_repeated(url: str, database: Database) -> None:
    assert post(url, a_private_message(7100001, photo=3)) == 200
    assert post(url, b'{"update_id": 1, "message": 2}') == 200
    assert post(url, b'{"update_id": 2, "message": {"chat": {"id": 5, "type": "group"}}}') == 200
    assert [body.text for body in bodies(database)] == [""]


def test_one_update_id_from_two_chats(url: str, database: Database) -> None:
    for chat in (7100001, 7100002, 7100001):
        assert post(url, a_private_message(chat, text="路灯坏了")) == 200
    assert len(inbox_rows(database)) == 2


def test_a_body_longer_than_any_update(url: str, database: Database) -> None:
    assert post(url, json.dumps({"update_id": 1, "x": "x" * 1024 * 1024}).encode()) == 413


def test_a_group_is_answered_and_forgotten(
    resident: Resident, url: str, database: Database
) -> None:
    resident.sends(text="大家好", chat={"id": -5, "type": "group", "title": "业主群"})
    assert inbox_rows(database) == []


def test_the_same_update_three_times(
    api: FakeBotApi, resident: Resident, url: str, database: Database
) -> None:
    update = resident.says("楼下路灯坏了")
    api.post(update)
    api.post(update)
    assert api.webhook_answers == [200, 200, 200]
    assert len(inbox_rows(database)) == 1


def test_a_button_is_kept_and_answered(
    api: FakeBotApi, resident: Resident, url: str, database: Database
) -> None:
    buttons = {"inline_keyboard": [[{"text": "对", "callback_data": "b17.0"}]]}
    question = {"chat_id": "1001", "text": "对吗？", "reply_markup": json.dumps(buttons)}
    httpx.post(f"{api.url}/bot{api.token}/sendMessage", data=question)
    api.post(resident.presses("对"))
    assert bodies(database) == [Body(payload="b17.0")]
    eventually(lambda: not api.unanswered)


def test_blocking_resident_is_left_alone_until_they_write(
    resident: Resident, url: str, database: Database
) -> None:
    def blocked_at() -> object:
        with database.begin() as session:
            return session.scalars(select(ChannelAccount.blocked_at)).one()

    resident.says("你好")
    resident.blocks()
    assert blocked_at() is not None
    resident.says("我又来了")
    assert blocked_at() is None


def test_postgres_is_away(api: FakeBotApi, resident: Resident) -> None:
    nobody = Database("postgresql://nobody@127.0.0.1:9/none")
    with serving(_app(api, nobody)) as address:
        api.webhook = {"url": f"{address}/telegram", "secret_token": SECRET}
        resident.says("楼下路灯坏了")
    assert api.webhook_answers == [503, 503, 503]


def test_polling_keeps_each_update_once(
    api: FakeBotApi, resident: Resident, polling: None, database: Database
) -> None:
    resident.says("一")
    resident.says("二")
    eventually(lambda: len(inbox_rows(database)) == 2)
    eventually(lambda: not api.updates)  # confirmed by the next call's offset
    assert [body.text for body in bodies(database)] == ["一", "二"]


def test_polling_removes_webhook_and_keeps_pending_updates(
    api: FakeBotApi, resident: Resident, database: Database
) -> None:
    resident.says("早先说的")
    api.webhook = {"url": "https://old.example"}
    with serving(_app(api, database, polls=True)):
        eventually(lambda: inbox_rows(database))
    assert api.webhook == {}
    assert api.commands


def test_polling_skips_what_nobody_can_read(
    api: FakeBotApi, resident: Resident, database: Database
) -> None:
    api.deliver("message", {"text": 5})
    resident.says("你好")
    with serving(_app(api, database, polls=True)):
        eventually(lambda: not api.updates)
    assert [body.text for body in bodies(database)] == ["你好"]


@pytest.mark.parametrize("kind", ["500", "html", "other_json"])
def test_polling_goes_on_after_trouble(
    api: FakeBotApi,
    resident: Resident,
    database: Database,
    caplog: pytest.LogCaptureFixture,
    kind: str,
) -> None:
    api.fail_next(1, kind, method="getUpdates")
    resident.says("你好")
    with serving(_app(api, database, polls=True)):
        eventually(lambda: inbox_rows(database))
    assert "Telegram is not reachable" in caplog.text
    assert "你好" not in caplog.text


def test_polling_confirms_nothing_that_is_not_committed(
    api: FakeBotApi, resident: Resident, caplog: pytest.LogCaptureFixture
) -> None:
    nobody = Database("postgresql://nobody@127.0.0.1:9/none")
    resident.says("你好")
    with serving(_app(api, nobody, polls=True)):
        eventually(lambda: api.calls.count("getUpdates") > 1)
    assert len(api.updates) == 1
    assert "PostgreSQL is not reachable" in caplog.text


def test_polling_says_why_it_is_refused(
    api: FakeBotApi, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    with serving(_app(api, database, polls=True)):
        eventually(lambda: "getUpdates" in api.calls)
        httpx.get(f"{api.url}/bot{api.token}/getUpdates")  # somebody else, with the same bot
        eventually(lambda: "409" in caplog.text)
    assert len([it for it in caplog.records if it.name == "bot.channels.telegram.polling"]) == 1
