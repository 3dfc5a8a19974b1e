"""The residents' HTTP API and the page at `/chat`; the same turn as every other channel."""

import hashlib
import json
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import FileResponse
from sqlalchemy import select
from sse_starlette import EventSourceResponse
from starlette.concurrency import run_in_threadpool

from backend.clock import now
from backend.conversations.models import Conversation
from backend.conversations.service import conversation_for
from backend.database import Database
from backend.errors import NotSignedIn
from backend.messaging import inbox
from backend.messaging.attachments import AttachmentFolder
from backend.messaging.messages import Incoming, button_payload
from backend.messaging.models import OutboxMessage
from backend.messaging.outbox import WEB, sent_after
from backend.residents.models import ChannelAccount
from backend.residents.service import account_for, set_elder_mode
from bot.wakeups import ChatWakeups
from bot.webchat.requests import Account, NewSession, incoming_from

STATIC = Path(__file__).parent / "static"
LONGEST_WAIT_SECONDS = 25
PING_SECONDS = 15


def chat_routes(database: Database, folder: AttachmentFolder, wakeups: ChatWakeups) -> APIRouter:
    routes = APIRouter(prefix="/chat", tags=["residents"])

    def account(authorization: Annotated[str, Header()] = "") -> Account:
        return _account(database, authorization.removeprefix("Bearer "))

    Signed = Annotated[Account, Depends(account)]  # noqa: N806  (it is a type)

    @routes.get("", include_in_schema=False)
    def page() -> FileResponse:
        return FileResponse(STATIC / "chat.html", media_type="text/html")

    @routes.post("/sessions", status_code=201)
    def open_session(body: NewSession | None = None) -> dict[str, str]:
        token = secrets.token_urlsafe(32)
        external_id = _external_id(token)
        with database.begin() as session:
            found = account_for(
                session, WEB, external_id, scene=body.scene if body else None, now=now()
            )
            conversation_for(session, found, now=now())
            if body and body.elder:
                set_elder_mode(found.resident, on=True)
        return {"session_id": external_id[:16], "token": token}

    @routes.post("/messages", status_code=202)
    async def send(request: Request, signed: Signed) -> dict[str, bool]:
        incoming = await incoming_from(request, signed, folder)
        kept = await run_in_threadpool(_receive, database, incoming)
        return {"accepted": True, "duplicate": not kept}

    @routes.get("/messages")
    async def fetch(
        signed: Signed,
        after: Annotated[int, Query(ge=0)] = 0,
        wait: Annotated[float, Query(ge=0, le=LONGEST_WAIT_SECONDS)] = 0,
    ) -> dict[str, Any]:
        with wakeups.of(signed.conversation_id) as woken:
            messages = await run_in_threadpool(_after, database, signed.conversation_id, after)
            if not messages and wait:
                await woken.wait(wait)
                messages = await run_in_threadpool(_after, database, signed.conversation_id, after)
        return {"messages": messages}

    @routes.get("/events")
    async def events(
        request: Request, signed: Signed, after: Annotated[int, Query(ge=0)] = 0
    ) -> EventSourceResponse:
        last = request.headers.get("last-event-id", "")
        start = int(last) if last.isdecimal() else after
        return EventSourceResponse(
            _stream(database, wakeups, signed.conversation_id, start),
            ping=PING_SECONDS,
            headers={"X-Accel-Buffering": "no"},
        )

    return routes


def _external_id(token: str) -> str:
    """The account's name is the token's hash: the token itself is kept nowhere."""
    return hashlib.sha256(token.encode()).hexdigest()


def _account(database: Database, token: str) -> Account:
    external_id = _external_id(token)
    with database.begin() as session:
        conversation_id = session.scalar(
            select(Conversation.id)
            .join(ChannelAccount)
            .where(ChannelAccount.channel == WEB, ChannelAccount.external_id == external_id)
        )
    if conversation_id is None:
        raise NotSignedIn("请重新打开页面")
    return Account(external_id=external_id, conversation_id=conversation_id)


def _receive(database: Database, incoming: Incoming) -> bool:
    with database.begin() as session:
        return inbox.receive(session, incoming, now=now())


def _after(database: Database, conversation_id: int, seq: int) -> list[dict[str, Any]]:
    with database.begin() as session:
        return [_as_json(row) for row in sent_after(session, conversation_id, seq)]


def _as_json(row: OutboxMessage) -> dict[str, Any]:
    assert row.sent_at is not None
    return {
        "seq": row.seq,
        "from": row.source,
        "text": row.text,
        "buttons": [
            {"title": button["title"], "payload": button_payload(row.id, index)}
            for index, button in enumerate(row.buttons)
        ],
        "case_no": row.case_no,
        "at": row.sent_at.isoformat(),
    }


async def _stream(
    database: Database, wakeups: ChatWakeups, conversation_id: int, seq: int
) -> AsyncIterator[dict[str, Any]]:
    yield {"comment": "open"}  # proxies and pages learn at once that the stream works
    with wakeups.of(conversation_id) as woken:
        while True:
            for message in await run_in_threadpool(_after, database, conversation_id, seq):
                seq = message["seq"]
                yield {"id": str(seq), "data": json.dumps(message, ensure_ascii=False)}
            await woken.wait(PING_SECONDS)
