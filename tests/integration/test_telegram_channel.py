import asyncio
import json
import logging
import socket
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from backend.clock import now
from backend.errors import TooLarge
from bot.channels.base import Blocked, ChannelError, Refused, RetryAfter, Unreachable
from bot.channels.telegram.channel import LONGEST_TEXT, MY_PLACE, TelegramChannel
from bot.channels.telegram.errors import Contested
from bot.channels.telegram.updates import INTENTS, WORDS, Arrival, read_update
from dialogue.texts import chat as texts
from tests.fakes.bot_api import TOKEN, FakeBotApi, running_bot_api
from tests.support.builders import a_message


class Started:
    """A channel on a loop in a thread, as in the app."""

    def __init__(self, token: str, url: str) -> None:
        self.channel = TelegramChannel(token, url)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.run(self.channel.start(self._loop))

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(5)

    def end(self) -> None:
        self.run(self.channel.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()


@contextmanager
def started(token: str, url: str) -> Iterator[Started]:
    running = Started(token, url)
    try:
        yield running
    finally:
        running.end()


@pytest.fixture
def api() -> Iterator[FakeBotApi]:
    with running_bot_api() as api:
        api.resident(1001)
        yield api


@pytest.fixture
def running(api: FakeBotApi) -> Iterator[Started]:
    with started(api.token, api.url) as running:
        yield running


@pytest.fixture
def channel(running: Started) -> TelegramChannel:
    return running.channel


def test_a_message_with_buttons(api: FakeBotApi, channel: TelegramChannel) -> None:
    buttons = [("确认", "b1.0"), ("不对", "b1.1"), ("请帮我转给人工客服", "b1.2"), ("取消", "b1.3")]
    channel.send("1001", "您说的是 <b>路灯</b> https://example.com 吗？", buttons)
    (message,) = api.resident(1001).inbox
    assert message.text == "您说的是 <b>路灯</b> https://example.com 吗？"
    assert message.buttons == buttons
    assert [len(row) for row in message.rows] == [2, 1, 1]
    assert "parse_mode" not in message.fields
    assert message.fields["link_preview_options"] == '{"is_disabled": true}'


def test_the_longest_text_goes_in_one_message(api: FakeBotApi, channel: TelegramChannel) -> None:
    channel.send("1001", "𠮷" * LONGEST_TEXT, [])
    assert len(api.sent) == 1
    with pytest.raises(Refused):
        channel.send("1001", "字" * (LONGEST_TEXT + 1), [])


def test_too_fast_for_one_chat(channel: TelegramChannel) -> None:
    channel.send("1001", "一", [])
    with pytest.raises(RetryAfter) as raised:
        channel.send("1001", "二", [])
    assert raised.value.seconds == 1


def test_many_chats_stay_below_thirty_a_second(api: FakeBotApi, channel: TelegramChannel) -> None:
    chats = range(2000, 2045)
    for chat in chats:
        api.resident(chat)
    started_at = time.monotonic()
    threads = [
        threading.Thread(target=channel.send, args=(str(chat), "通知", [])) for chat in chats
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(api.sent) == len(chats)
    assert time.monotonic() - started_at > 1.4


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("403", Blocked),
        ("migrated", Refused),
        ("500", Unreachable),
        ("html", Unreachable),
        ("html_403", Unreachable),  # a proxy's page: the resident has blocked nobody
        ("other_json", Unreachable),
    ],
)
def test_failures(
    api: FakeBotApi, channel: TelegramChannel, kind: str, expected: type[ChannelError]
) -> None:
    api.fail_next(1, kind)
    with pytest.raises(expected) as raised:
        channel.send("1001", "您好", [])
    assert type(raised.value) is expected
    channel.send("1001", "您好", [])  # the next one goes out


def test_retry_after_carries_the_seconds(api: FakeBotApi, channel: TelegramChannel) -> None:
    api.fail_next(1, "429")
    with pytest.raises(RetryAfter) as raised:
        channel.send("1001", "您好", [])
    assert raised.value.seconds == 7


def test_blocked_or_unknown_chat_is_a_refusal(api: FakeBotApi, channel: TelegramChannel) -> None:
    api.blocked.add(1001)
    for account in ("1001", "9999"):
        with pytest.raises(Blocked):
            channel.send(account, "您好", [])


@pytest.mark.parametrize("payload", ["", "x" * 65, "字" * 22])
def test_payloads_that_telegram_cannot_carry(
    api: FakeBotApi, channel: TelegramChannel, payload: str
) -> None:
    with pytest.raises(Refused):
        channel.send("1001", "选一个", [("好", payload)])
    assert api.calls == []


def test_nobody_listens(channel: TelegramChannel) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed_soon:
        port = closed_soon.getsockname()[1]
    with started(TOKEN, f"http://127.0.0.1:{port}") as running:
        with pytest.raises(Unreachable):
            running.channel.send("1001", "您好", [])
        with pytest.raises(Unreachable):
            running.channel.fetch("file-1")


def test_before_the_start_and_after_the_end(api: FakeBotApi) -> None:
    with started(api.token, api.url) as running:
        pass
    for channel in (running.channel, TelegramChannel(api.token, api.url)):
        with pytest.raises(Unreachable):
            channel.send("1001", "您好", [])
        channel.acknowledge(Arrival(1, a_message("你好", of="1001", on="telegram"), None, "1"))


def test_wrong_token_is_reported_but_not_logged(
    api: FakeBotApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with started("999:WRONG", api.url) as running, pytest.raises(Unreachable):
        running.channel.send("1001", "您好", [])
    with started(api.token, api.url) as running:
        running.channel.send("1001", "您好", [])
        api.fail_next(1, "html")
        with pytest.raises(Unreachable):
            running.channel.send("1001", "您好", [])
    assert "MINHU_TELEGRAM_TOKEN" in caplog.text
    assert "WRONG" not in caplog.text
    assert TOKEN not in caplog.text
    assert "您好" not in caplog.text


def test_a_file(api: FakeBotApi, channel: TelegramChannel) -> None:
    file_id = api.upload(b"OggS\x00\xff")["file_id"]
    assert channel.fetch(file_id) == b"OggS\x00\xff"


def test_oversized_file_is_not_downloaded(api: FakeBotApi, channel: TelegramChannel) -> None:
    file_id = api.upload(bytes(20 * 1024 * 1024 + 1))["file_id"]
    with pytest.raises(TooLarge):
        channel.fetch(file_id)
    assert api.calls == ["getFile"]


def test_a_file_that_a_generous_server_would_give(
    api: FakeBotApi, channel: TelegramChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.fakes.bot_api.MOST_FILE_BYTES", 10**9)  # one without a limit
    file_id = api.upload(bytes(20 * 1024 * 1024 + 1))["file_id"]
    api.missing_files.add(file_id)  # asking for it would be Refused
    with pytest.raises(TooLarge):
        channel.fetch(file_id)


def test_a_file_that_is_gone(api: FakeBotApi, channel: TelegramChannel) -> None:
    file_id = api.upload(b"x")["file_id"]
    api.missing_files.add(file_id)
    for reference in (file_id, "never-was"):
        with pytest.raises(Refused):
            channel.fetch(reference)


@pytest.mark.parametrize("kind", ["429", "500", "html", "html_403"])
def test_a_file_that_cannot_be_had_now(
    api: FakeBotApi, channel: TelegramChannel, kind: str
) -> None:
    file_id = api.upload(b"x")["file_id"]
    api.fail_next(1, kind, method="getFile")
    with pytest.raises(Unreachable):
        channel.fetch(file_id)


def arrival(update: dict[str, Any]) -> Arrival:
    return read_update(update, now=now())


def test_a_pressed_button_loses_its_keyboard(api: FakeBotApi, running: Started) -> None:
    resident = api.resident(1001)
    running.channel.send("1001", "对吗？", [("对", "b1.0")])
    pressed = arrival(resident.presses("对"))
    running.channel.acknowledge(pressed)
    running.channel.acknowledge(replace(pressed, callback_query_id="from-yesterday"))  # refused
    running.run(running.channel.stop())  # answers under way are not cut off
    assert api.unanswered == []
    assert api.calls.count("answerCallbackQuery") == 2
    assert api.without_keyboard == {resident.inbox[-1].message["message_id"]}


def test_a_message_is_shown_typing(api: FakeBotApi, running: Started) -> None:
    running.channel.acknowledge(arrival(api.resident(1001).says("路灯坏了")))
    running.run(running.channel.stop())
    assert api.actions == [(1001, "typing")]


def test_a_place_is_asked_with_a_button(api: FakeBotApi, running: Started) -> None:
    running.channel.ask_place("1001", "在哪里？")
    (row,) = json.loads(api.resident(1001).inbox[-1].fields["reply_markup"])["keyboard"]
    assert row == [{"text": MY_PLACE, "request_location": True}]
    api.has_limits = False
    running.channel.send("1001", "记下了。", [])
    assert json.loads(api.resident(1001).inbox[-1].fields["reply_markup"]) == {
        "remove_keyboard": True
    }


def test_webhook_and_commands(api: FakeBotApi, running: Started) -> None:
    running.run(running.channel.set_webhook("https://minhu.example/telegram", "s" * 16))
    assert api.webhook["url"] == "https://minhu.example/telegram"
    assert api.webhook["secret_token"] == "s" * 16
    with pytest.raises(Contested):
        running.run(running.channel.updates(0))
    running.run(running.channel.delete_webhook())
    assert api.webhook == {}
    running.run(running.channel.introduce())
    assert {it["command"] for it in api.commands} == {*INTENTS, *WORDS}
    assert api.descriptions == [texts.BOT_DESCRIPTION, texts.BOT_SHORT_DESCRIPTION]


def test_refused_descriptions_stop_nothing(api: FakeBotApi, running: Started) -> None:
    api.fail_next(1, "429", method="setMyDescription")
    running.run(running.channel.introduce())
    assert api.commands
    assert api.descriptions == []
