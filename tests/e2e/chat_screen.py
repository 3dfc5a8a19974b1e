"""The residents' page in a browser, with the real chat routes; the test itself is the bot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect
from sqlalchemy import select

from backend.attachments.storage import AttachmentFolder
from backend.clock import now
from backend.database import Database, WakeListener
from backend.messaging import outbox
from backend.models.conversations import Conversation
from backend.models.messages import Source
from backend.vocabulary.messages import Button
from backend.vocabulary.texts import Text
from bot.channels.wakeups import ChatWakeups
from bot.channels.webchat.routes import STATIC, chat_routes
from bot.security_headers import SecurityHeaders
from tests.fakes import serving

LIMIT_BYTES = 1_000_000
SMALL_PHONE = ViewportSize(width=320, height=568)
Opened = Callable[..., "Screen"]


@contextmanager
def running_chat(database: Database, folder: Path) -> Iterator[str]:
    wakeups = ChatWakeups()
    attachments = AttachmentFolder(folder, limit_bytes=LIMIT_BYTES)
    app = FastAPI(lifespan=_listening(database, wakeups))
    app.mount("/chat/static", StaticFiles(directory=STATIC))
    app.include_router(chat_routes(database, attachments, wakeups))
    app.add_middleware(SecurityHeaders)
    with serving(app) as url:
        yield url


def _listening(database: Database, wakeups: ChatWakeups) -> Any:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()

        def wake(topic: str) -> None:
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(wakeups.wake, topic)

        listener = WakeListener(database.url, wake)
        listener.start()
        yield
        listener.stop()

    return lifespan


@contextmanager
def open_screens(browser: Browser, url: str, database: Database) -> Iterator[Opened]:
    """`opened("/chat?elder=1", viewport=…)`; whatever a page complains of fails the test."""
    problems: list[str] = []
    contexts = []

    def opened(address: str = "/chat", viewport: ViewportSize = SMALL_PHONE) -> Screen:
        context = browser.new_context(base_url=url, locale="zh-CN", viewport=viewport)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda it: problems.append(it.text) if it.type == "error" else None)
        with page.expect_response("**/chat/messages?**"):  # it has a session, and its history
            page.goto(address)
        return Screen(page, database)

    yield opened
    for context in contexts:
        context.close()
    assert problems == []


@dataclass
class Screen:
    """One resident's phone. Its conversation is the newest: open no other in between."""

    page: Page
    database: Database

    def enlarge(self) -> None:
        self.page.get_by_role("switch", name="特大").click()

    def says(self, text: str) -> None:
        self.page.get_by_label("在这里写您想说的话").fill(text)
        self.page.get_by_role("button", name="发送").click()
        expect(self.page.locator(".message.resident .state").last).to_have_text("已发出")

    def hears(self, text: str, *titles: str, source: Source = Source.BOT) -> Locator:
        """The bubble of a new message from us."""
        bubbles = self.page.locator(".message:not(.resident)")
        count = bubbles.count()
        with self.database.begin() as session:
            newest = select(Conversation).order_by(Conversation.id.desc()).limit(1)
            buttons = [Button(title, title) for title in titles]
            conversation = session.scalars(newest).one()
            outbox.reply(
                session, conversation, Text(text), now=now(), source=source, buttons=buttons
            )
        expect(bubbles).to_have_count(count + 1)
        return bubbles.last

    def send_file(self, name: str, media_type: str, content: bytes) -> None:
        file: Any = {"name": name, "mimeType": media_type, "buffer": content}
        self.page.locator("#picture-file").set_input_files(file)
        expect(self.page.locator(".message.resident .state").last).to_have_text("已发出")

    def is_in_view(self, element: Locator) -> bool:
        """True if all of it is within the part of the page that shows the conversation."""
        window, box = self.page.locator("#scroller").bounding_box(), element.bounding_box()
        assert window
        assert box
        above, below = window["y"], window["y"] + window["height"]
        return above <= box["y"] and box["y"] + box["height"] <= below + 0.5
