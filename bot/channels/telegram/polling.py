"""Long polling of Telegram's updates, for a server that Telegram cannot reach."""

import asyncio
import logging

from backend.clock import now
from backend.database import Database, Unavailable, Unstorable
from backend.errors import BadInput
from bot.channels.base import ChannelError, Refused, RetryAfter
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.errors import Contested
from bot.channels.telegram.intake import keep
from bot.channels.telegram.updates import read_update, update_number

log = logging.getLogger(__name__)

LONGEST_WAIT_SECONDS = 60.0


async def poll(database: Database, channel: TelegramChannel) -> None:
    """Fetch and store updates until cancelled; no error ends it."""
    await _Poll(database, channel).run()


class _Poll:
    def __init__(self, database: Database, channel: TelegramChannel) -> None:
        self._database = database
        self._channel = channel
        self._offset = 0  # asking from here on confirms all earlier updates
        self._is_ready = False
        self._failures = 0

    async def run(self) -> None:
        while True:
            try:
                await self._step()
                self._failures = 0
            except Exception as problem:  # polling must outlive any failure
                self._failures += 1
                await asyncio.sleep(self._pause(problem))

    async def _step(self) -> None:
        if not self._is_ready:
            await self._get_ready()
        for data in await self._channel.updates(self._offset):
            await self._take(data)

    async def _get_ready(self) -> None:
        await self._channel.delete_webhook()
        try:
            await self._channel.introduce()
        except Refused:
            log.warning("Telegram does not take the list of commands")
        self._is_ready = True

    async def _take(self, data: object) -> None:
        """Store one update, then move the offset past it. An unreadable update is skipped."""
        try:
            arrival = read_update(data, now=now())
            await asyncio.to_thread(keep, self._database, arrival)
        except (BadInput, Unstorable) as problem:
            log.error("an update was skipped: %s", type(problem).__name__, extra=_number_of(data))
        else:
            self._channel.acknowledge(arrival)
        self._offset = update_number(data) + 1

    def _pause(self, problem: Exception) -> float:
        """Seconds to wait after `problem`; only the first failure in a row is logged."""
        if self._failures == 1:
            log.warning("%s", _explanation(problem))
        if isinstance(problem, RetryAfter):
            return problem.seconds
        return float(min(2 ** (self._failures - 1), LONGEST_WAIT_SECONDS))


def _number_of(data: object) -> dict[str, object]:
    return {"update_id": data.get("update_id") if isinstance(data, dict) else None}


def _explanation(problem: Exception) -> str:
    """A line for the log, without the problem's own text where that could quote a resident."""
    if isinstance(problem, Contested):
        return (
            "Telegram answers 409: a webhook is set, or another process polls this bot. "
            "Choose one (MINHU_TELEGRAM_MODE); trying again"
        )
    if isinstance(problem, ChannelError):
        return "Telegram is not reachable; trying again"
    if isinstance(problem, Unavailable):
        return "PostgreSQL is not reachable; trying again"
    return f"updates could not be kept ({type(problem).__name__}); trying again"
