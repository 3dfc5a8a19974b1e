"""The app's WeChat parts at work for a test: the callback, the turns and the push."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from backend.attachments import file_jobs
from backend.attachments.storage import AttachmentFolder
from backend.database import Database, WakeListener
from backend.messaging import inbox, outbox, spoken_replies
from backend.models.messages import InboxMessage, OutboxMessage, Stage
from backend.privacy import notices
from backend.settings import Settings, settings
from backend.vocabulary.messages import Body
from bot.channels.wakeups import ChatWakeups
from bot.channels.wechat.account import OfficialAccount, account_of
from bot.channels.wechat.callback import wechat_callback
from bot.rasa import training
from bot.rasa.client import Rasa
from bot.rasa.warm_up import warm_up
from bot.turns.turn import Turns
from bot.turns.understanding import Message, Understanding
from bot.workers.fetch_files import Fetching
from bot.workers.pool import Workers
from bot.workers.push import Push
from bot.workers.read_aloud import Speaking
from bot.workers.text_to_speech import Speaker
from bot.workers.transcribe import Hearing
from dialogue.state import State
from dialogue.utterance import Utterance
from tests.fakes import serving
from tests.fakes.rasa import FakeRasa
from tests.fakes.wechat_api import AES_KEY, FakeWeChat


@dataclass
class Thinking:
    """Understands each message, after some seconds if a test wants them."""

    understanding: Understanding
    seconds: float = 0.0

    def of(self, message: Message, state: State) -> Utterance:
        time.sleep(self.seconds)
        return self.understanding.of(message, state)


@dataclass
class Desk:
    database: Database
    wechat: FakeWeChat
    rasa: FakeRasa
    account: OfficialAccount
    thinking: Thinking

    def inbox(self) -> list[InboxMessage]:
        with self.database.begin() as session:
            return list(session.scalars(select(InboxMessage).order_by(InboxMessage.id)))

    def bodies(self) -> list[Body]:
        return [Body.of(row.body) for row in self.inbox()]

    def outbox(self) -> list[OutboxMessage]:
        with self.database.begin() as session:
            return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def settings_for(wechat: FakeWeChat, **changes: object) -> Settings:
    values: dict[str, object] = {
        "wechat_app_id": wechat.app_id,
        "wechat_app_secret": wechat.secret,
        "wechat_token": wechat.callback_token,
        "wechat_aes_key": AES_KEY if wechat.is_secure else None,
        "wechat_api_base_url": wechat.url,
    }
    return Settings(_env_file=None, **{**values, **changes})  # type: ignore[arg-type, call-arg]


@contextmanager
def a_wechat_desk(
    database: Database,
    folder: Path,
    wechat: FakeWeChat,
    rasa: FakeRasa,
    *,
    answers: bool = True,
    speaker: Speaker | None = None,
    **changes: object,
) -> Iterator[Desk]:
    """With `answers=False` nobody takes a turn; a `speaker` reads replies aloud."""
    account = account_of(settings_for(wechat, **changes), database)
    assert account
    client = Rasa(rasa.url)
    warm_up(database)
    thinking = Thinking(Understanding(client, training.MODEL))
    app = _app(database, folder, account, thinking, answers, speaker)
    with no_quiet_hours(), no_notice(), serving(app) as address:
        wechat.callback = f"{address}/wechat"
        yield Desk(database, wechat, rasa, account, thinking)
    client.close()
    account.channel.close()


@contextmanager
def no_quiet_hours() -> Iterator[None]:
    """Else what is pushed by day would wait for the morning when it is tried by night."""
    with pytest.MonkeyPatch.context() as environment:
        for name in ("MINHU_QUIET_FROM", "MINHU_QUIET_UNTIL"):
            environment.setenv(name, "00:00")
        settings.cache_clear()
        yield
    settings.cache_clear()


@contextmanager
def no_notice() -> Iterator[None]:
    """Residents who know the privacy notice; it is tried in test_privacy_chat."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(notices, "due", lambda _: None)
        yield


def _app(
    database: Database,
    folder: Path,
    account: OfficialAccount,
    thinking: Thinking,
    answers: bool,
    speaker: Speaker | None,
) -> FastAPI:
    wakeups, channels = ChatWakeups(), {account.channel.name: account.channel}
    turns = Turns(database, thinking.of, channels)
    attachments = AttachmentFolder(folder, limit_bytes=100_000)
    fetch, hear = Fetching(database, channels, attachments), Hearing(database, None, attachments)
    push = Push(database, channels, speaks=speaker is not None)
    workers = {
        inbox.TOPIC: Workers("turn", turns.take_next, threads=3),
        file_jobs.TOPICS[Stage.FETCH]: Workers("fetch", fetch.fetch_next, threads=1),
        file_jobs.TOPICS[Stage.HEAR]: Workers("hear", hear.hear_next, threads=1),
        outbox.TOPIC: Workers("push", push.send_next, threads=2),
    }
    if speaker:
        speaking = Speaking(database, speaker, channels)
        workers[spoken_replies.TOPIC] = Workers("aloud", speaking.speak_next, threads=1)

    def wake(topic: str) -> None:
        for name, some in workers.items():
            if topic in ("", name):
                some.wake()
        wakeups.wake(topic)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        listener = WakeListener(
            database.url, lambda topic: loop.call_soon_threadsafe(wake, topic) and None
        )
        running: list[Any] = [listener, *(workers.values() if answers else ())]
        for part in running:
            part.start()
        yield
        for part in running:
            part.stop()
        for part in running:
            await loop.run_in_executor(None, part.join)

    app = FastAPI(lifespan=lifespan)
    speaks = speaker is not None
    app.include_router(
        wechat_callback(database, account.channel, wakeups, account.envelope, speaks=speaks)
    )
    return app


def eventually(is_so: Callable[[], Any], seconds: float = 10.0) -> None:
    ends = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.01)
