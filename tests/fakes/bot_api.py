"""Telegram's Bot API on 127.0.0.1, with its limits, and residents who write to the bot.

    with running_bot_api() as api:
        api.resident(1001).says("楼下路灯坏了")  # to the webhook, or for the next getUpdates
        api.resident(1001).presses("确认")

Its clock is the wall clock, so that one `travel()` moves it with ours.
"""

import asyncio
import json
import math
import re
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any, TypeVar

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from tests.fakes import serving

Api = TypeVar("Api", bound="FakeBotApi")
TOKEN = "123456:TEST-TOKEN"
MOST_FILE_BYTES = 20 * 1024 * 1024
DELIVERIES = 3  # of one update to a webhook that does not answer 2xx
Fields = dict[str, Any]


class Refusal(Exception):
    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        body = {"ok": False, "error_code": code, "description": description}
        self.response = JSONResponse({**body, "parameters": parameters}, status_code=code)


FAILURES: dict[str, Response] = {
    "429": Refusal(429, "Too Many Requests: retry after 7", retry_after=7).response,
    "403": Refusal(403, "Forbidden: bot was blocked by the user").response,
    "500": Refusal(500, "Internal Server Error").response,
    "migrated": Refusal(400, "Bad Request: x", migrate_to_chat_id=-9).response,
    "html": HTMLResponse("<h1>Welcome</h1>"),
    "html_403": HTMLResponse("<h1>Forbidden</h1>", status_code=403),
    "other_json": JSONResponse(["unexpected"]),
}


@dataclass(frozen=True)
class SentMessage:
    """A message that the bot sent; `rows` holds (title, callback_data)."""

    chat_id: int
    text: str
    rows: tuple[tuple[tuple[str, str], ...], ...]
    at: datetime
    fields: Fields  # as they came
    message: Fields  # as it was answered

    @property
    def buttons(self) -> list[tuple[str, str]]:
        return [button for row in self.rows for button in row]


@dataclass
class FakeBotApi:
    url: str = ""
    token: str = TOKEN
    sent: list[SentMessage] = field(default_factory=list)
    voices: list[tuple[int, bytes]] = field(default_factory=list)
    blocked: set[int] = field(default_factory=set)
    files: dict[str, bytes] = field(default_factory=dict)
    missing_files: set[str] = field(
        default_factory=set
    )  # files that getFile names but nobody serves
    updates: list[Fields] = field(default_factory=list)  # not yet confirmed
    unanswered: list[str] = field(default_factory=list)  # callback queries
    commands: list[Fields] = field(default_factory=list)
    descriptions: list[str] = field(default_factory=list)
    actions: list[tuple[int, str]] = field(default_factory=list)
    without_keyboard: set[int] = field(default_factory=set)  # messages whose buttons went
    webhook: Fields = field(default_factory=dict)
    webhook_answers: list[int] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    has_limits: bool = True  # 1 message a second to a chat, 30 to all
    _residents: "dict[int, Resident]" = field(default_factory=dict)
    _failures: deque[tuple[str, str]] = field(default_factory=deque)
    _times: list[tuple[float, int]] = field(default_factory=list)
    _polls: int = 0
    next_number: Callable[[], int] = field(default_factory=lambda: count(1001).__next__)

    def fail_next(self, times: int, kind: str, *, method: str = "sendMessage") -> None:
        """Answer the next calls of `method` with one of FAILURES."""
        assert kind in FAILURES
        self._failures.extend([(method, kind)] * times)

    def resident(self, chat_id: int) -> "Resident":
        return self._residents.setdefault(chat_id, Resident(self, chat_id))

    def deliver(self, kind: str, content: Fields) -> Fields:
        """Give the bot an update; returns it, as it was sent."""
        update = {"update_id": self.next_number(), kind: content}
        self.post(update) if self.webhook else self.updates.append(update)
        return update

    def post(self, update: Fields) -> int:
        """To the webhook, again while it does not answer 2xx; returns the last answer."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.get("secret_token", "")}
        for _ in range(DELIVERIES):
            answer = httpx.post(self.webhook["url"], json=update, headers=headers, timeout=10)
            self.webhook_answers.append(answer.status_code)
            if answer.is_success:
                break
        return self.webhook_answers[-1]

    async def call(self, request: Request) -> Response:
        name = request.path_params["method"]
        self.calls.append(name)
        if self._failures and self._failures[0][0] == name:
            return FAILURES[self._failures.popleft()[1]]
        try:
            if request.path_params["token"] != self.token:
                raise Refusal(401, "Unauthorized")
            # sendMessage -> on_send_message
            method = getattr(self, "on_" + re.sub("[A-Z]", r"_\g<0>", name).lower(), None)
            if not method:
                raise Refusal(404, "Not Found")
            result = method({**request.query_params, **await request.form()})
            if isinstance(result, Awaitable):
                result = await result
            if name == "getUpdates":
                result = await self._wait_for_updates(result, request)
        except Refusal as refusal:
            return refusal.response
        return JSONResponse({"ok": True, "result": result})

    def on_get_updates(self, fields: Fields) -> Fields:
        if self.webhook:
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active")
        offset = int(fields.get("offset", 0))
        self.updates = [update for update in self.updates if update["update_id"] >= offset]
        self._polls += 1
        return fields

    async def _wait_for_updates(self, fields: Fields, request: Request) -> list[Fields]:
        poll, ends = self._polls, time.monotonic() + int(fields.get("timeout", 0))
        allowed = set(json.loads(fields.get("allowed_updates", "[]")))
        while True:
            updates = [it for it in self.updates[:100] if not allowed or allowed & set(it)]
            if poll != self._polls:
                raise Refusal(409, "Conflict: terminated by other getUpdates request")
            if updates or time.monotonic() > ends or await request.is_disconnected():
                return updates
            await asyncio.sleep(0.01)

    async def download(self, request: Request) -> Response:
        file_id = request.path_params["path"].partition("/")[2]
        if file_id not in self.files or file_id in self.missing_files:
            return Refusal(404, "Not Found").response
        return Response(self.files[file_id])

    def on_get_me(self, _fields: Fields) -> Fields:
        return {"id": 123456, "is_bot": True, "first_name": "民呼", "username": "minhu_bot"}

    def on_send_message(self, fields: Fields) -> Fields:
        chat_id, text = int(fields["chat_id"]), fields.get("text", "")
        if not text.strip():
            raise Refusal(400, "Bad Request: message text is empty")
        if len(text) > 4096:  # code points: measured on the real one, not UTF-16 units
            raise Refusal(400, "Bad Request: message is too long")
        rows = _rows(fields)
        here = self._reached(chat_id)
        message = {"message_id": self.next_number(), "text": text, **here}
        self.sent.append(SentMessage(chat_id, text, rows, datetime.now(UTC), dict(fields), message))
        return message

    async def on_send_voice(self, fields: Fields) -> Fields:
        chat_id, sound = int(fields["chat_id"]), await fields["voice"].read()
        await fields["voice"].close()
        if not sound.startswith(b"OggS"):
            raise Refusal(400, "Bad Request: wrong type of the web page content")
        here = self._reached(chat_id)
        self.voices.append((chat_id, sound))
        voice = self.upload(sound) | {"duration": 1}
        return {"message_id": self.next_number(), "voice": voice, **here}

    def _reached(self, chat_id: int) -> Fields:
        if chat_id not in self._residents:
            raise Refusal(400, "Bad Request: chat not found")
        if chat_id in self.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        self._check_pace(chat_id)
        return self._residents[chat_id].here()

    def _check_pace(self, chat_id: int) -> None:
        now = time.time()
        last_second = [(at, chat) for at, chat in self._times if 0 <= now - at < 1]
        same_chat = [at for at, chat in last_second if chat == chat_id]
        if self.has_limits and (same_chat or len(last_second) >= 30):
            wait = math.ceil(1 - (now - (same_chat or [last_second[0][0]])[0]))
            raise Refusal(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
        self._times = [*last_second, (now, chat_id)]

    def on_answer_callback_query(self, fields: Fields) -> bool:
        if fields["callback_query_id"] not in self.unanswered:
            raise Refusal(400, "Bad Request: query is too old and response timeout expired")
        self.unanswered.remove(fields["callback_query_id"])
        return True

    def upload(self, content: bytes) -> Fields:
        self.files[file_id := f"file-{self.next_number()}"] = content
        return self._file(file_id)

    def _file(self, file_id: str) -> Fields:
        size = len(self.files[file_id])
        return {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": size}

    def on_get_file(self, fields: Fields) -> Fields:
        file_id = fields["file_id"]
        if file_id not in self.files:
            raise Refusal(400, "Bad Request: invalid file_id")
        if len(self.files[file_id]) > MOST_FILE_BYTES:
            raise Refusal(400, "Bad Request: file is too big")
        return {**self._file(file_id), "file_path": f"files/{file_id}"}

    def on_set_webhook(self, fields: Fields) -> bool:
        self.webhook = dict(fields) if fields.get("url") else {}
        return True

    on_delete_webhook = on_set_webhook

    def on_set_my_commands(self, fields: Fields) -> bool:
        self.commands = json.loads(fields["commands"])
        return True

    def on_set_my_description(self, fields: Fields) -> bool:
        if len(fields["description"]) > 512:
            raise Refusal(400, "Bad Request: description is too long")
        self.descriptions.append(fields["description"])
        return True

    def on_set_my_short_description(self, fields: Fields) -> bool:
        if len(fields["short_description"]) > 120:
            raise Refusal(400, "Bad Request: short description is too long")
        self.descriptions.append(fields["short_description"])
        return True

    def on_send_chat_action(self, fields: Fields) -> bool:
        self.actions.append((int(fields["chat_id"]), fields["action"]))
        return True

    def on_edit_message_reply_markup(self, fields: Fields) -> Fields:
        chat_id, number = int(fields["chat_id"]), int(fields["message_id"])
        edited = [
            it
            for it in self.sent
            if (it.chat_id, it.message["message_id"]) == (chat_id, number) and it.rows
        ]
        if not edited or number in self.without_keyboard:
            raise Refusal(400, "Bad Request: message is not modified")
        self.without_keyboard.add(number)
        return edited[0].message


@dataclass
class Resident:
    """Somebody with a private chat with the bot. Each method returns the update."""

    api: FakeBotApi
    chat_id: int

    @property
    def person(self) -> Fields:
        return {"id": self.chat_id, "is_bot": False, "first_name": "居民"}

    @property
    def inbox(self) -> list[SentMessage]:
        return [message for message in self.api.sent if message.chat_id == self.chat_id]

    def says(self, text: str) -> Fields:
        return self.sends(text=text)

    def presses(self, title: str) -> Fields:
        """The newest button with that title."""
        message = next(it for it in reversed(self.inbox) if title in dict(it.buttons))
        self.api.unanswered.append(query_id := str(self.api.next_number()))
        query = {"id": query_id, "chat_instance": "1", "from": self.person}
        pressed = {"message": message.message, "data": dict(message.buttons)[title]}
        return self.api.deliver("callback_query", query | pressed)

    def sends_voice(self, content: bytes) -> Fields:
        return self.sends(
            voice=self.api.upload(content) | {"duration": 3, "mime_type": "audio/ogg"}
        )

    def sends_photo(self, content: bytes, **also: object) -> Fields:
        large = self.api.upload(content) | {"width": 1280, "height": 960}
        small = {"file_id": "small", "file_unique_id": "s", "width": 90, "height": 67}
        return self.sends(photo=[small, large], **also)

    def shares_location(self, latitude: float, longitude: float, **venue: str) -> Fields:
        """With `title` and `address`, a venue."""
        place: Fields = {"location": {"latitude": latitude, "longitude": longitude}}
        return self.sends(**place, **({"venue": place | venue} if venue else {}))

    def blocks(self) -> Fields:
        self.api.blocked.add(self.chat_id)
        bot = self.api.on_get_me({})
        change = {"old_chat_member": {"user": bot, "status": "member"}, "from": self.person}
        now = {"new_chat_member": {"user": bot, "status": "kicked", "until_date": 0}}
        return self.api.deliver("my_chat_member", self.here() | change | now)

    def sends(self, **content: object) -> Fields:
        """Any message, from its Bot API fields; whoever writes has the bot unblocked."""
        self.api.blocked.discard(self.chat_id)
        message = {"message_id": self.api.next_number(), "from": self.person, **self.here()}
        return self.api.deliver("message", message | content)

    def edits(self, update: Fields, text: str) -> Fields:
        new = {"text": text, "edit_date": int(time.time())}
        return self.api.deliver("edited_message", update["message"] | new)

    def here(self) -> Fields:
        return {"chat": {**self.person, "type": "private"}, "date": int(time.time())}


def _rows(fields: Fields) -> tuple[tuple[tuple[str, str], ...], ...]:
    keyboard = json.loads(fields.get("reply_markup", "{}")).get("inline_keyboard", [])
    rows = tuple(tuple((it["text"], it["callback_data"]) for it in row) for row in keyboard)
    if not all(1 <= len(data.encode()) <= 64 for row in rows for _, data in row):
        raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
    return rows


@contextmanager
def running_bot_api() -> Iterator[FakeBotApi]:
    with answering(FakeBotApi()) as api:
        yield api


@contextmanager
def answering(api: Api) -> Iterator[Api]:
    routes = [
        Route("/bot{token}/{method}", api.call, methods=["GET", "POST"]),
        Route("/file/bot{token}/{path:path}", api.download),
    ]
    with serving(Starlette(routes=routes)) as api.url:
        yield api
