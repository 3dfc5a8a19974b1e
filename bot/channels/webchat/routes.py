"""The residents' HTTP API and the chat page at `/chat`."""

import hashlib
import json
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from sse_starlette import EventSourceResponse

from backend.attachments.storage import AttachmentFolder
from backend.clock import now
from backend.conversations import marks
from backend.conversations.service import conversation_for
from backend.database import Database, Session
from backend.errors import NotSignedIn, TooManyWaiting
from backend.messaging import held_messages, intake
from backend.messaging.outbox import WEB
from backend.models.residents import ChannelAccount, Resident
from backend.privacy import notices
from backend.residents.service import account_for, find_account, set_elder_mode
from backend.texts.privacy import VERSION
from backend.vocabulary.messages import Incoming
from backend.web.bodies import FORM_BYTES
from backend.web.inputs import address_of
from bot.channels.wakeups import ChatWakeups
from bot.channels.webchat.limits import MOST_MESSAGES, MOST_SESSIONS, AddressLimit
from bot.channels.webchat.reads import OPEN_AGAIN, first_read, next_read
from bot.channels.webchat.requests import MarksIn, NewSession, is_upload, message_from, upload_from
from bot.channels.webchat.threads import in_thread
from dialogue.texts import chat as texts

STATIC = Path(__file__).parent / "static"
LONGEST_WAIT_SECONDS = 25
PING_SECONDS = 15
RETRY_SECONDS = 5
NEWEST = 2**62  # larger than any place in a chat
MOST_MARKS_BYTES = 1000

Authorization = Annotated[str, Header()]


def chat_routes(database: Database, folder: AttachmentFolder, wakeups: ChatWakeups) -> APIRouter:
    """The page, opening a chat, sending to it and reading from it."""
    routes = APIRouter(prefix="/chat", tags=["residents"])
    sessions, messages = AddressLimit(MOST_SESSIONS), AddressLimit(MOST_MESSAGES)

    @routes.get("", include_in_schema=False)
    def page() -> FileResponse:
        return FileResponse(STATIC / "chat.html", media_type="text/html")

    @routes.get("/closed", include_in_schema=False)
    def closed() -> FileResponse:
        return FileResponse(STATIC / "closed.html", media_type="text/html")

    @routes.post("/sessions", status_code=201)
    def open_session(request: Request, body: NewSession | None = None) -> dict[str, str]:
        sessions.count(address_of(request))
        return _open_session(database, body or NewSession())

    @routes.post("/messages", status_code=202, max_body_size=folder.limit_bytes + FORM_BYTES)
    async def send(request: Request, authorization: Authorization = "") -> JSONResponse:
        messages.count(address_of(request))
        account = _account(authorization)
        if is_upload(request):  # without a valid token the file is not even read
            await in_thread(first_read, database, account, NEWEST)
            incoming = await upload_from(request, account, folder)
        else:
            incoming = await message_from(request, account)
        is_new = await in_thread(_keep, database, incoming)
        return JSONResponse({"accepted": True, "duplicate": not is_new}, 202)

    @routes.post("/marks", status_code=204, max_body_size=MOST_MARKS_BYTES)
    def mark(body: MarksIn, authorization: Authorization = "") -> Response:
        _mark(database, _account(authorization), body)
        return Response(status_code=204)

    @routes.delete("/sessions", status_code=204)
    def leave(authorization: Authorization = "") -> None:
        """End the sign-in of this device; the resident's cases go on."""
        _leave(database, _account(authorization))

    _add_reads(routes, database, wakeups)
    _add_notice(routes, database)
    return routes


def _add_reads(routes: APIRouter, database: Database, wakeups: ChatWakeups) -> None:
    """Reading messages by long poll and as a stream of events."""

    @routes.get("/messages")
    async def fetch(
        authorization: Authorization = "",
        after: Annotated[int, Query(ge=0, le=NEWEST)] = 0,
        wait: Annotated[float, Query(ge=0, le=LONGEST_WAIT_SECONDS)] = 0,
    ) -> JSONResponse:
        account = _account(authorization)
        with wakeups.of_a_reader() as reader:
            chat, messages = await in_thread(first_read, database, account, after)
            wakeups.settle(reader, chat)
            if not messages and wait:
                await reader.wait(wait)
                messages = await in_thread(next_read, database, chat, after)
        return JSONResponse({"messages": messages})

    @routes.get("/events")
    async def events(
        request: Request,
        authorization: Authorization = "",
        after: Annotated[int, Query(ge=0, le=NEWEST)] = 0,
    ) -> EventSourceResponse:
        last = request.headers.get("last-event-id", "")
        start = int(last) if last.isdecimal() and len(last) < len(str(NEWEST)) else after
        account = _account(authorization)
        chat, _ = await in_thread(first_read, database, account, NEWEST)
        return EventSourceResponse(
            _stream(database, wakeups, chat, start),
            ping=PING_SECONDS,
            headers={"X-Accel-Buffering": "no"},
        )


def _add_notice(routes: APIRouter, database: Database) -> None:
    """The privacy notice, for a page that was opened before it changed."""

    @routes.get("/notice")
    def notice(authorization: Authorization = "") -> dict[str, str | None]:
        with database.begin() as session:
            text = notices.due(_signed_in(session, _account(authorization)))
        return {"version": VERSION, "text": text.plain if text else None}

    @routes.post("/notice", status_code=204)
    def note_notice(authorization: Authorization = "") -> None:
        with database.begin() as session:
            notices.note_shown(_signed_in(session, _account(authorization)), now=now())


def _signed_in(session: Session, external_id: str) -> ChannelAccount:
    """Raises NotSignedIn."""
    account = find_account(session, WEB, external_id)
    if account is None:
        raise NotSignedIn(OPEN_AGAIN)
    return account


def _leave(database: Database, external_id: str) -> None:
    """Forget the token, so that it opens nothing, and hold messages. Raises NotSignedIn."""
    with database.begin() as session:
        account = _signed_in(session, external_id)
        account.external_id = f"closed:{account.id}"
        held_messages.hold_all(session, account, now=now())


def _account(authorization: str) -> str:
    """The account's external id: the hash of the token, which is stored nowhere."""
    return _external_id(authorization.removeprefix("Bearer "))


def _external_id(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _open_session(database: Database, options: NewSession) -> dict[str, str]:
    token = secrets.token_urlsafe(32)
    external_id = _external_id(token)
    with database.begin() as session:
        account = account_for(session, WEB, external_id, scene=options.scene, now=now())
        conversation_for(session, account, now=now())
        notices.note_shown(account, now=now())  # the page begins with it
        if options.elder:
            set_elder_mode(account.resident, on=True)
    return {"session_id": external_id[:16], "token": token}


def _mark(database: Database, account: str, body: MarksIn) -> None:
    """Store what the page shows, and the typing. Raises NotSignedIn."""
    page = marks.Marks(body.got, body.read, body.typing)
    with database.begin() as session:
        if not marks.note_page(session, WEB, account, page, now=now()):
            raise NotSignedIn(OPEN_AGAIN)


def _keep(database: Database, incoming: Incoming) -> bool:
    """Store the message; False for a repetition. Raises NotSignedIn or TooManyWaiting."""
    with database.begin() as session:
        chat = intake.chat_of(session, incoming.channel, incoming.account)
        if chat is None:
            raise NotSignedIn(OPEN_AGAIN)
        if not intake.has_room(session, chat, incoming):
            mode = session.get_one(Resident, chat.resident_id).elder_mode
            text = texts.TOO_MANY_WAIT.worded(elder_mode=mode)
            raise TooManyWaiting(text, retry_after=RETRY_SECONDS)
        return intake.keep(session, chat, incoming, now=now())


async def _stream(
    database: Database, wakeups: ChatWakeups, conversation_id: int, seq: int
) -> AsyncIterator[dict[str, str]]:
    yield {"comment": "open"}  # shows proxies and pages at once that the stream works
    with wakeups.of(conversation_id, hears_typing=True) as signal:
        while True:
            for message in await in_thread(next_read, database, conversation_id, seq):
                seq = message["seq"]
                yield {"id": str(seq), "data": json.dumps(message, ensure_ascii=False)}
            await signal.wait(PING_SECONDS)
            if signal.take_typing():
                yield {"event": "typing", "data": ""}
