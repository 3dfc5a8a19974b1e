"""The address that WeChat posts messages to; an answer ready in five seconds goes back at once."""

import logging
import time
from enum import Enum
from typing import Literal

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from backend.clock import now
from backend.database import Database, Unavailable
from backend.errors import MinhuError, TooLarge
from backend.messaging import outbox, passive_replies, spoken_replies
from backend.models.messages import Delivery
from bot.channels.base import Channel
from bot.channels.outgoing import parts_of
from bot.channels.wakeups import ChatWakeups
from bot.channels.wechat.envelope import Envelope, seal, text_answer
from bot.channels.wechat.intake import InboxEntry, keep
from bot.channels.wechat.messages import read

log = logging.getLogger(__name__)

LONGEST_BODY = 40 * 1024  # bytes; WeChat's messages are far shorter
LONGEST_ECHO = 1024


class Wait(Enum):
    WAIT = "nothing to answer yet"


WAIT = Wait.WAIT
# Both forms, as WeChat does not follow redirects.
ADDRESSES = ("/wechat", "/wechat/")


def wechat_callback(
    database: Database,
    channel: Channel,
    wakeups: ChatWakeups,
    envelope: Envelope,
    *,
    speaks: bool = False,
) -> APIRouter:
    """With `speaks`, replies are also read aloud (bot.workers.read_aloud)."""
    router = APIRouter()
    callback = _Callback(database, channel, wakeups, envelope, speaks=speaks)
    for address in ADDRESSES:
        router.add_api_route(address, callback.prove, methods=["GET"], include_in_schema=False)
        router.add_api_route(address, callback.take, methods=["POST"], include_in_schema=False)
    return router


class _Callback:
    def __init__(
        self,
        database: Database,
        channel: Channel,
        wakeups: ChatWakeups,
        envelope: Envelope,
        *,
        speaks: bool,
    ) -> None:
        self._database = database
        self._channel = channel
        self._wakeups = wakeups
        self._envelope = envelope
        self._speaks = speaks

    async def prove(self, request: Request) -> Response:
        """Answer the check that WeChat makes when the address is entered there."""
        try:
            echo = self._envelope.echo(request.query_params, now=now())
        except MinhuError as problem:
            return _refusal(problem)
        return Response(echo[:LONGEST_ECHO], media_type="text/plain")

    async def take(self, request: Request) -> Response:
        """Store the message, then answer with the reply if it is ready in time."""
        arrived = time.monotonic()
        try:
            contents = self._envelope.open(request.query_params, await _body(request), now=now())
            arrival = read(contents.xml, now=now())
            entry = await run_in_threadpool(keep, self._database, arrival)
            text = await self._reply(entry, arrived) if entry else None
        except MinhuError as problem:
            return _refusal(problem)
        except Unavailable:
            log.warning("PostgreSQL is not reachable; WeChat was asked to deliver again")
            return Response(status_code=503)
        if text is None:
            return Response("success", media_type="text/plain")
        xml = text_answer(arrival.openid, arrival.account, text, now=now())
        return Response(seal(xml, contents.key, now=now()), media_type="text/xml")

    async def _reply(self, entry: InboxEntry, arrived: float) -> str | None:
        """The reply's text; None when there is none in time, and push sends it later."""
        ends = arrived + outbox.REQUEST_WAITS.total_seconds() - entry.waited
        with self._wakeups.of(entry.conversation_id) as signal:
            while (text := await run_in_threadpool(self._take, entry)) is WAIT:
                seconds = ends - time.monotonic()
                if seconds <= 0:
                    await run_in_threadpool(self._let_go, entry)
                    return None
                await signal.wait(seconds)
        return text

    def _take(self, entry: InboxEntry) -> "str | Literal[Wait.WAIT] | None":
        with self._database.begin() as session:
            row = passive_replies.lock(session, entry.message_id)
            if row is None:
                return None if passive_replies.is_answered(session, entry.message_id) else WAIT
            was_taken = row.taken_at is not None
            text = passive_replies.take(session, row, parts_of(self._channel), now=now())
            if self._speaks and not was_taken and row.status == Delivery.SENT:
                spoken_replies.request(session, row, now=now())
            return text

    def _let_go(self, entry: InboxEntry) -> None:
        with self._database.begin() as session:
            passive_replies.release_to_push(session, entry.message_id, now=now())


async def _body(request: Request) -> bytes:
    """The request's body. Raises TooLarge without reading to its end."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LONGEST_BODY:
                raise TooLarge("longer than anything WeChat sends")
    except ClientDisconnect:
        return b""
    return bytes(body)


def _refusal(problem: MinhuError) -> Response:
    log.warning("a call to WeChat's address was refused: %s", problem.message)
    return Response(status_code=problem.status_code)
