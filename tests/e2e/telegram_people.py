"""Telegram's Bot API, shared by tests: each has a resident of its own."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

from starlette.requests import Request
from starlette.responses import Response

from tests.e2e.people import APPEAL, CASE_NO, YES
from tests.e2e.whole import wait_for
from tests.fakes.bot_api import FAILURES, FakeBotApi, Resident, SentMessage, answering

SECRET = "a-secret-of-the-tests-1234"
HELLO, READ_BACK = "您好，我是小呼", "这样报上去，对吗"
AFTER_YES = "想补充、发照片"
_chat_ids = count(5001)


@dataclass
class TalkingBotApi(FakeBotApi):
    """With faults that befall one chat, so that other tests do not meet them."""

    hanging: set[int] = field(default_factory=set)  # chats that no message gets through to
    hung_chats: set[int] = field(default_factory=set)  # chats that a message hangs on the way to
    faults: dict[int, list[str]] = field(default_factory=dict)  # of the next sends to a chat

    async def call(self, request: Request) -> Response:
        if request.path_params["method"] == "sendMessage":
            chat_id = int(str((await request.form())["chat_id"]))
            if self.faults.get(chat_id):
                return FAILURES[self.faults[chat_id].pop(0)]
            while chat_id in self.hanging:
                self.hung_chats.add(chat_id)
                await asyncio.sleep(0.02)
                if await request.is_disconnected():
                    return Response(status_code=499)
        return await super().call(request)

    def settings(self, **more: str) -> dict[str, str]:
        return {"MINHU_TELEGRAM_TOKEN": self.token, "MINHU_TELEGRAM_BASE_URL": self.url, **more}

    def somebody(self) -> "Person":
        return Person(self.resident(next(_chat_ids)))


@dataclass
class Person:
    """A resident on Telegram, who waits for answers."""

    resident: Resident
    read: int = 0

    def hears(self, words: str, *, seconds: float = 60.0) -> SentMessage:
        """The next message that has these words; those before it are passed over."""

        def look() -> SentMessage | None:
            for message in self.resident.inbox[self.read :]:
                self.read += 1
                if words in message.text:
                    return message
            return None

        return wait_for(f"{words}; heard {self.texts}", look, seconds=seconds)

    def says(self, text: str, answer: str) -> SentMessage:
        self.resident.says(text)
        return self.hears(answer)

    def presses(self, title: str, answer: str) -> SentMessage:
        self.resident.presses(title)
        return self.hears(answer)

    def reports(self, text: str = APPEAL) -> str:
        """An appeal, read back and said yes to; gives the case's number."""
        self.says(text, READ_BACK)
        self.presses(YES, "已经登记好了")
        case_no: str = CASE_NO.findall(self.texts[-1])[0]
        return case_no

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.resident.inbox]


@contextmanager
def running_telegram() -> Iterator[TalkingBotApi]:
    with answering(TalkingBotApi()) as api:
        yield api
