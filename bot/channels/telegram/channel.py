"""The Telegram channel: any thread calls it and waits; requests run on the app's event loop."""

import asyncio
import concurrent.futures
import json
import logging
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from aiolimiter import AsyncLimiter
from telegram import (
    Bot,
    BotCommand,
    File,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.constants import ChatAction
from telegram.error import InvalidToken
from telegram.request import HTTPXRequest

from backend.errors import TooLarge
from backend.messaging import inbox
from bot.channels.base import ChannelError, Refused, Unreachable
from bot.channels.splitting import split_text
from bot.channels.telegram.errors import as_channel_errors, as_file_errors
from bot.channels.telegram.updates import CHANNEL, KINDS_OF_UPDATE, Arrival
from dialogue.texts import chat as texts
from nlu.speech.encode import OGG

log = logging.getLogger(__name__)

T = TypeVar("T")
Keyboard = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove

# Telegram allows 30. A limiter with a bucket of 30 would let 60 through in its first second.
MESSAGES_PER_SECOND = 28
LONGEST_TEXT = 4096  # code points, as Telegram counts them
MOST_FILE_BYTES = 20 * 1024 * 1024
MOST_PAYLOAD_BYTES = 64
MY_PLACE = "发送我的位置"
SHORT_TITLE = 6  # characters; two such buttons fit side by side on a small phone
CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
SEND_SECONDS = 30.0  # half of the outbox's lease
FETCH_SECONDS = inbox.LEASE.total_seconds() - 3  # a longer turn loses its lease
POLL_SECONDS = 25
STOP_SECONDS = 1.0
COMMANDS = tuple(
    BotCommand(name, title)
    for name, title in {
        "start": "开始",
        "status": "查进度",
        "settings": "我的资料",
        "privacy": "个人信息怎么用",
        "cancel": "先不说了",
        "help": "帮助",
    }.items()
)


class TelegramChannel:
    """A bot.channels.base.Channel. Any thread but the loop's may call it after `start`."""

    name = CHANNEL
    shows_buttons = True
    gap_seconds = 1.0
    voice_form = OGG

    def __init__(self, token: str, base_url: str) -> None:
        self._token = token
        self._base_url = base_url.rstrip("/")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._answers: set[concurrent.futures.Future[None]] = set()

    async def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Create the clients on `loop`. Sends no request: Telegram may be away at this time."""
        _keep_token_out_of_logs()
        self._limiter = AsyncLimiter(1, 1 / MESSAGES_PER_SECOND)
        self._request, self._poll_request = _request(), _request()
        self._bot = Bot(
            self._token,
            base_url=f"{self._base_url}/bot",
            base_file_url=f"{self._base_url}/file/bot",
            request=self._request,
            get_updates_request=self._poll_request,
        )
        self._loop = loop

    async def own_name(self) -> str:
        """The bot's user name, asked on a loop of its own. Raises ChannelError."""
        await self.start(asyncio.get_running_loop())
        try:
            with as_channel_errors():
                return str((await self._bot.get_me()).username)
        finally:
            await self.stop()

    async def stop(self) -> None:
        if self._loop is None:
            return
        self._loop = None
        answers = [asyncio.wrap_future(answer) for answer in list(self._answers)]
        if answers:
            await asyncio.wait(answers, timeout=STOP_SECONDS)
        await asyncio.gather(self._request.shutdown(), self._poll_request.shutdown())

    def split(self, text: str) -> list[str]:
        return split_text(text, LONGEST_TEXT)

    def send(self, account: str, text: str, buttons: Sequence[tuple[str, str]]) -> None:
        keyboard = keyboard_of(buttons) or ReplyKeyboardRemove()
        self._wait_for(lambda: self._send(int(account), text, keyboard), SEND_SECONDS)

    def ask_place(self, account: str, text: str) -> None:
        """`text` with a button that sends the phone's position. Raises ChannelError."""
        button = KeyboardButton(MY_PLACE, request_location=True)
        keyboard = ReplyKeyboardMarkup([[button]], resize_keyboard=True, one_time_keyboard=True)
        self._wait_for(lambda: self._send(int(account), text, keyboard), SEND_SECONDS)

    def send_voice(self, account: str, sound: bytes) -> None:
        self._wait_for(lambda: self._send_voice(int(account), sound), SEND_SECONDS)

    def fetch(self, reference: str) -> bytes:
        return self._wait_for(lambda: self._fetch(reference), FETCH_SECONDS)

    def acknowledge(self, arrival: Arrival) -> None:
        """Show that the update came, in the background; failures are only logged.

        A pressed button stops its spinner and its keyboard goes; a message is shown "typing".
        """
        if self._loop is None or arrival.message is None:
            return
        answer = asyncio.run_coroutine_threadsafe(self._acknowledge(arrival), self._loop)
        self._answers.add(answer)  # the loop holds only weak references
        answer.add_done_callback(self._answers.discard)

    async def updates(self, offset: int) -> list[Any]:
        """Updates from `offset` on as decoded JSON; waits up to POLL_SECONDS for the first.

        Bot.get_updates is not used: it drops a whole batch for one unreadable update, and logs
        residents' texts. Raises ChannelError.
        """
        fields = {
            "offset": offset,
            "timeout": POLL_SECONDS,
            "allowed_updates": json.dumps(KINDS_OF_UPDATE),
        }
        with as_channel_errors():
            updates = await self._poll_request.post(
                f"{self._bot.base_url}/getUpdates?{urlencode(fields)}",
                read_timeout=POLL_SECONDS + READ_SECONDS,
            )
        if not isinstance(updates, list):
            raise Unreachable("回答的不是 Telegram")
        return updates

    async def set_webhook(self, url: str, secret: str) -> None:
        """Have updates sent to `url`; waiting updates are kept. Raises ChannelError."""
        with as_channel_errors():
            await self._bot.set_webhook(url, secret_token=secret, allowed_updates=KINDS_OF_UPDATE)

    async def delete_webhook(self) -> None:
        """Raises ChannelError."""
        with as_channel_errors():
            await self._bot.delete_webhook(drop_pending_updates=False)

    async def introduce(self) -> None:
        """Set what people see of the bot before they write. Raises ChannelError."""
        with as_channel_errors():
            await self._bot.set_my_commands(COMMANDS)
        try:
            with as_channel_errors():
                await self._bot.set_my_description(texts.BOT_DESCRIPTION)
                await self._bot.set_my_short_description(texts.BOT_SHORT_DESCRIPTION)
        except ChannelError as problem:  # Telegram limits how often these are set
            log.info("the bot's description was not set: %s", type(problem).__name__)

    def _wait_for(self, work: Callable[[], Coroutine[Any, Any, T]], seconds: float) -> T:
        if self._loop is None:
            raise Unreachable("Telegram 通道没有启动")
        future = asyncio.run_coroutine_threadsafe(work(), self._loop)
        try:
            return future.result(seconds)
        except (TimeoutError, concurrent.futures.CancelledError):
            future.cancel()
            raise Unreachable("Telegram 太久没有回答") from None

    async def _send(self, chat_id: int, text: str, keyboard: Keyboard) -> None:
        await self._limiter.acquire()
        with as_channel_errors():
            await self._bot.send_message(
                chat_id=chat_id,
                text=text,
                reply_markup=keyboard,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )

    async def _send_voice(self, chat_id: int, sound: bytes) -> None:
        await self._limiter.acquire()
        with as_channel_errors():
            await self._bot.send_voice(chat_id=chat_id, voice=sound)

    async def _fetch(self, reference: str) -> bytes:
        with as_file_errors():
            file = await self._bot.get_file(reference)
            return await _download(file)

    async def _acknowledge(self, arrival: Arrival) -> None:
        assert arrival.message is not None
        chat, pressed = int(arrival.message.account), arrival.pressed_message
        if arrival.callback_query_id is None:
            return await self._try(self._bot.send_chat_action(chat, ChatAction.TYPING))
        await self._try(self._bot.answer_callback_query(arrival.callback_query_id))
        if pressed is not None:
            await self._try(self._bot.edit_message_reply_markup(chat, pressed))
        return None

    async def _try(self, work: Coroutine[Any, Any, Any]) -> None:
        """Telegram refuses old queries and messages; then a spinner stays a little longer."""
        try:
            with as_channel_errors():
                await work
        except ChannelError as problem:
            log.info("an update was not acknowledged: %s", type(problem).__name__)


async def _download(file: File) -> bytes:
    if file.file_path is None:
        raise Refused("文件已经取不到了")
    if file.file_size is not None and file.file_size > MOST_FILE_BYTES:
        raise TooLarge("文件超过 20 MB 了")
    try:
        content = await file.download_as_bytearray()
    except InvalidToken:  # the library raises this for 404; the token itself is good
        raise Refused("文件已经取不到了") from None
    return bytes(content)


def keyboard_of(buttons: Sequence[tuple[str, str]]) -> InlineKeyboardMarkup | None:
    """One button a row, or two short ones. Raises Refused for a payload of wrong length."""
    rows: list[list[InlineKeyboardButton]] = []
    for title, payload in buttons:
        if not 1 <= len(payload.encode()) <= MOST_PAYLOAD_BYTES:
            raise Refused("按钮的数据太长或是空的")
        button = InlineKeyboardButton(title, callback_data=payload)
        if rows and len(rows[-1]) == 1 and _is_short(title) and _is_short(rows[-1][0].text):
            rows[-1].append(button)
        else:
            rows.append([button])
    return InlineKeyboardMarkup(rows) if rows else None


def _is_short(title: str) -> bool:
    return len(title) <= SHORT_TITLE


def _request() -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=64,
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        write_timeout=READ_SECONDS,
        pool_timeout=CONNECT_SECONDS,
    )


def _keep_token_out_of_logs() -> None:
    """httpx logs each address with the token in it; the library logs whole answers."""
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("telegram").setLevel(logging.CRITICAL)
