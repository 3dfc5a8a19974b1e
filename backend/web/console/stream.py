"""`/console/events`: one stream of events for each visible page of the console."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Response
from sse_starlette import EventSourceResponse
from starlette.concurrency import run_in_threadpool

from backend.clock import now
from backend.database import Database, Unavailable
from backend.desk import chats
from backend.desk.news import News, chat_mark, news_key, read_news
from backend.desk.viewers import note_view
from backend.errors import MinhuError
from backend.models.staff import StaffAccount
from backend.staff.accounts import by_token, digest
from backend.staff.permissions import require_answers_chats
from backend.web.console.auth import Visitor, visitor_of
from backend.web.console.feed import DeskFeed, Stream
from backend.web.console.pages import ConsoleRoute
from backend.web.inputs import RowId

PING_SECONDS = 15
RETRY_MS = 3000
PAUSE_SECONDS = 0.25  # changes in between are sent together
LONGEST_ID = 64


@dataclass(frozen=True)
class Reader:
    """Who reads a stream, and the chat on their page."""

    visitor: Visitor
    chat: int | None

    @property
    def staff(self) -> StaffAccount:
        return self.visitor.staff


def stream_routes(database: Database, feed: DeskFeed) -> APIRouter:
    routes = APIRouter(route_class=ConsoleRoute)
    watching = Depends(visitor_of(database, is_used=False))

    @routes.get("/events")
    async def events(
        visitor: Annotated[Visitor, watching],
        chat: RowId | None = None,
        after: str = "",
        last_event_id: Annotated[str, Header()] = "",
    ) -> Response:
        reader = Reader(visitor, chat)
        await run_in_threadpool(_checked, database, reader)
        streamed = _events(database, feed, reader, (last_event_id or after)[:LONGEST_ID])
        first = await anext(streamed)  # raises TooManyWaiting before the answer begins
        return EventSourceResponse(_with_first(first, streamed), ping=PING_SECONDS)

    return routes


async def _with_first(
    first: dict[str, Any], others: AsyncIterator[dict[str, Any]]
) -> AsyncIterator[dict[str, Any]]:
    yield first
    async for event in others:
        yield event


async def _events(
    database: Database, feed: DeskFeed, reader: Reader, last: str
) -> AsyncIterator[dict[str, Any]]:
    """The news whenever they change; ends with the sign-in, or when PostgreSQL is away."""
    with feed.join(digest(reader.visitor.token), reader.chat) as stream:
        yield {"comment": "open", "retry": RETRY_MS}
        try:
            while True:
                news = await _news(database, feed, reader)
                if news.digest != last:
                    last = news.digest
                    yield {"id": last, "event": "news", "data": news.as_json()}
                reader = await _next(database, stream, reader)
        except MinhuError:
            yield {"event": "ended", "data": ""}
        except Unavailable:
            return


async def _next(database: Database, stream: Stream, reader: Reader) -> Reader:
    """Wait for a change; after a quiet time the sign-in is checked. Raises NotSignedIn."""
    if await stream.wait(PING_SECONDS):
        await asyncio.sleep(PAUSE_SECONDS)
        return reader
    return await run_in_threadpool(_checked, database, reader)


async def _news(database: Database, feed: DeskFeed, reader: Reader) -> News:
    shared = await feed.news(
        news_key(reader.staff), lambda: run_in_threadpool(_read, database, reader.staff)
    )
    if reader.chat is None:
        return shared
    return replace(shared, chat=await run_in_threadpool(_mark, database, reader.staff, reader.chat))


def _read(database: Database, staff: StaffAccount) -> News:
    with database.begin() as session:
        return read_news(session, staff)


def _mark(database: Database, staff: StaffAccount, chat: int) -> str:
    """The mark of the chat on the page; its viewer is noted."""
    at = now()
    with database.begin() as session:
        note_view(session, chat, staff, now=at)
        return chat_mark(session, chat, now=at)


def _checked(database: Database, reader: Reader) -> Reader:
    """The reader as they are now. Raises NotSignedIn, NotAllowed or NotFound."""
    with database.begin() as session:
        staff = by_token(session, reader.visitor.token, now=now(), is_used=False)
        require_answers_chats(staff)
        if reader.chat is not None:
            chats.require_readable(session, reader.chat, staff)
        return replace(reader, visitor=replace(reader.visitor, staff=staff))
