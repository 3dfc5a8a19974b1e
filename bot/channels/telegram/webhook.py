"""The webhook that Telegram calls with updates. 200 means that the update is committed."""

import asyncio
import hmac
import json
import logging

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from backend.clock import now
from backend.database import Database, Unavailable
from backend.errors import BadInput
from bot.channels.base import ChannelError
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.intake import keep
from bot.channels.telegram.updates import Arrival, read_update

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  the header's name
LONGEST_BODY = 1024 * 1024
LONGEST_WAIT_SECONDS = 60.0


def telegram_webhook(database: Database, channel: TelegramChannel, secret: str) -> APIRouter:
    """The route `/telegram`. Raises ValueError when `secret` is empty."""
    if not secret:
        raise ValueError("a webhook without a secret would accept updates from anyone")
    router = APIRouter()

    @router.post("/telegram", include_in_schema=False)
    async def take_update(request: Request) -> Response:
        if not _is_from_telegram(request, secret):
            return Response(status_code=401)
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        arrival = _arrival(body)
        if arrival is None:
            return Response(status_code=400)
        if not await run_in_threadpool(_keep_or_log, database, arrival):
            return Response(status_code=503)
        channel.acknowledge(arrival)
        return Response(status_code=200)

    return router


def _is_from_telegram(request: Request, secret: str) -> bool:
    header = request.headers.get(SECRET_HEADER, "")
    return hmac.compare_digest(header.encode(), secret.encode())


async def _body(request: Request) -> bytes | None:
    """The request's body; None when it is longer than any update, and then not read to its end."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LONGEST_BODY:
                return None
    except ClientDisconnect:
        return b""
    return bytes(body)


def _arrival(body: bytes) -> Arrival | None:
    try:
        return read_update(json.loads(body), now=now())
    except (ValueError, RecursionError):
        return None
    except BadInput as problem:
        # An update of Telegram's own: the library is too old for it, or our code is wrong.
        log.warning("an update could not be read: %s", problem.message)
        return None


def _keep_or_log(database: Database, arrival: Arrival) -> bool:
    """False when PostgreSQL is away; Telegram then delivers the update again."""
    try:
        keep(database, arrival)
    except Unavailable:
        log.warning("PostgreSQL is not reachable; Telegram was asked to deliver again")
        return False
    return True


async def announce_webhook(channel: TelegramChannel, public_url: str, secret: str) -> None:
    """Register the webhook with Telegram; tries again until Telegram accepts it."""
    wait = 1.0
    while True:
        try:
            await channel.set_webhook(f"{public_url.rstrip('/')}/telegram", secret)
            await channel.introduce()
        except ChannelError as problem:
            log.warning("Telegram did not take the webhook: %s", type(problem).__name__)
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT_SECONDS)
        else:
            return
