"""The app's WeChat parts at work for a test: the callback, the turns and the push."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from sqlalchemy import select

from backend.database import Database, WakeListener
from backend.messaging import inbox, outbox
from backend.messaging.messages import Body
from backend.messaging.models import InboxMessage, OutboxMessage
from backend.settings import Settings
from bot.conversation import Turns
from bot.push import Push
from bot.rasa import Rasa
from bot.wakeups import ChatWakeups
from bot.wechat.account import OfficialAccount, account_of
from bot.wechat.callback import wechat_callback
from bot.worker import Workers
from nlu.emergency import detect
from nlu.trained import danger_model
from tests.fakes import serving
from tests.fakes.rasa import FakeRasa
from tests.fakes.wechat_api import AES_KEY, FakeWeChat


@dataclass
class Desk:
    database: Database
    wechat: FakeWeChat
    rasa: FakeRasa
    account: OfficialAccount

    def inbox(self) -> list[InboxMessage]:
        with self.database.begin() as session:
            return list(session.scalars(select(InboxMessage).order_by(InboxMessage.id)))

    def bodies(self) -> list[Body]:
        return [Body.of(row.body) for row in self.inbox()]

    def outbox(self) -> list[OutboxMessage]:
        with self.database.begin() as session:
            return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def settings_for(wechat: FakeWeChat, **given: object) -> Settings:
    told: dict[str, object] = {
        "wechat_app_id": wechat.app_id,
        "wechat_app_secret": wechat.secret,
        "wechat_token": wechat.callback_token,
        "wechat_aes_key": AES_KEY if wechat.is_secure else None,
        "wechat_api_base_url": wechat.url,
    }
    return Settings(_env_file=None, **{**told, **given})  # type: ignore[arg-type, call-arg]


@contextmanager
def a_wechat_desk(
    database: Database,
    folder: Path,
    wechat: FakeWeChat,
    rasa: FakeRasa,
    *,
    answers: bool = True,
    **given: object,
) -> Iterator[Desk]:
    """With `answers=False` nobody takes a turn."""
    account = account_of(settings_for(wechat, **given), database)
    assert account
    client = Rasa(rasa.url)
    detect("你好", danger_model())  # the first time is slow
    with serving(_app(database, folder, account, client, answers)) as address:
        wechat.callback = f"{address}/wechat"
        yield Desk(database, wechat, rasa, account)
    client.close()
    account.channel.close()


def _app(
    database: Database, folder: Path, account: OfficialAccount, rasa: Rasa, answers: bool
) -> FastAPI:
    wakeups, channels = ChatWakeups(), {account.channel.name: account.channel}
    turns = Turns(database, rasa)
    workers = {
        inbox.TOPIC: Workers("turn", turns.take_next, threads=3),
        outbox.TOPIC: Workers("push", Push(database, channels).send_next, threads=2),
    }

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
        await asyncio.sleep(0)
        listener.join(3)

    app = FastAPI(lifespan=lifespan)
    app.include_router(wechat_callback(database, account.channel, wakeups, account.envelope))
    return app


def eventually(is_so: Callable[[], Any], seconds: float = 10.0) -> None:
    ends = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.01)
