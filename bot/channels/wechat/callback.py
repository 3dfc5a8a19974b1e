"""Where WeChat delivers messages, and takes the answers that are ready in five seconds."""

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
from bot.channels.wechat.intake import Kept, keep
from bot.channels.wechat.messages import read

log = logging.getLogger(__name__)

LONGEST_BODY = 40 * 1024  # bytes; WeChat's own are far shorter
LONGEST_ECHO = 1024


class Wait(Enum):
    WAIT = "nothing to answer yet"


WAIT = Wait.WAIT
# WeChat does not follow redirects: with and without the slash, this is the address.
ADDRESSES = ("/wechat", "/wechat/")


def wechat_callback(
    database: Database,
    channel: Channel,
    wakeups: ChatWakeups,
    envelope: Envelope,
    *,
    speaks: bool = False,
) -> APIRouter:
    """With `speaks`, somebody reads replies aloud: see bot.workers.read_aloud."""
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
        """WeChat asks, when the address is entered there, whether it is ours."""
        try:
            said = self._envelope.echo(request.query_params, now=now())
        except MinhuError as problem:
            return _refusal(problem)
        return Response(said[:LONGEST_ECHO], media_type="text/plain")

    async def take(self, request: Request) -> Response:
        """Keep what has come, then answer with the reply if it is ready in time."""
        arrived = time.monotonic()
        try:
            opened = self._envelope.open(request.query_params, await _body(request), now=now())
            arrival = read(opened.xml, now=now())
            kept = await run_in_threadpool(keep, self._database, arrival)
            text = await self._reply(kept, arrived) if kept else None
        except MinhuError as problem:
            return _refusal(problem)
        except Unavailable:
            log.warning("PostgreSQL is not reachable; WeChat was asked to deliver again")
            return Response(status_code=503)
        if text is None:
            return Response("success", media_type="text/plain")
        xml = text_answer(arrival.openid, arrival.account, text, now=now())
        return Response(seal(xml, opened.key, now=now()), media_type="text/xml")

    async def _reply(self, kept: Kept, arrived: float) -> str | None:
        """None when there is none in time: then push has it, or will have it."""
        ends = arrived + outbox.REQUEST_WAITS.total_seconds() - kept.waited
        with self._wakeups.of(kept.conversation_id) as woken:
            while (text := await run_in_threadpool(self._take, kept)) is WAIT:
                left = ends - time.monotonic()
                if left <= 0:
                    await run_in_threadpool(self._let_go, kept)
                    return None
                await woken.wait(left)
        return text

    def _take(self, kept: Kept) -> "str | Literal[Wait.WAIT] | None":
        with self._database.begin() as session:
            row = passive_replies.lock(session, kept.message_id)
            if row is None:
                return None if passive_replies.is_answered(session, kept.message_id) else WAIT
            was_taken = row.taken_at is not None
            text = passive_replies.take(session, row, parts_of(self._channel), now=now())
            if self._speaks and not was_taken and row.status == Delivery.SENT:
                spoken_replies.request(session, row, now=now())
            return text

    def _let_go(self, kept: Kept) -> None:
        with self._database.begin() as session:
            passive_replies.release_to_push(session, kept.message_id, now=now())


async def _body(request: Request) -> bytes:
    """Raises TooLarge; then the rest of it is not read."""
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
