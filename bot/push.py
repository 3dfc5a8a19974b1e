"""Drains the outbox: one message of one conversation at a time, each sent once."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from backend.clock import now
from backend.database import Database
from backend.messaging import outbox
from backend.messaging.messages import button_payload
from backend.messaging.models import Delivery, OutboxMessage
from bot.channel import Blocked, Channel, ChannelError, Refused, RetryAfter, Unreachable

log = logging.getLogger(__name__)


class Push:
    def __init__(self, database: Database, channels: Mapping[str, Channel]) -> None:
        self._database = database
        self._channels = channels

    def send_next(self) -> bool:
        """Send the next part of the oldest due message. False when nothing is due.

        No transaction is open while the channel is called.
        """
        with self._database.begin() as session:
            row = outbox.claim(session, now=now())
            if row is None:
                return False
            account = row.conversation.account
        channel = self._channels.get(account.channel)
        problem: ChannelError | None = None
        done = False
        try:
            done = _send_part(channel, account.external_id, row)
        except ChannelError as error:
            problem = error
        with self._database.begin() as session:
            kept = session.get_one(OutboxMessage, row.id)
            gap = channel.gap_seconds if channel else 0
            _note_result(session, kept, problem, done=done, gap=gap, at=now())
        return True


def _send_part(channel: Channel | None, account: str, row: OutboxMessage) -> bool:
    """Send the first unsent part; True when it was the last. Buttons go with the last."""
    if channel is None:
        raise Unreachable("这个渠道现在没有开通")
    parts = channel.split(row.text)
    last = row.parts_sent + 1 >= len(parts)
    buttons = [
        (button["title"], button_payload(row.id, index)) for index, button in enumerate(row.buttons)
    ]
    channel.send(account, parts[row.parts_sent], buttons if last else [])
    return last


def _note_result(
    session: Session,
    row: OutboxMessage,
    problem: ChannelError | None,
    *,
    done: bool,
    gap: float,
    at: datetime,
) -> None:
    hold_until = at + timedelta(seconds=gap) if gap else None
    if problem is None:
        row.parts_sent += 1
        if done:
            outbox.mark_sent(session, row.id, row.conversation_id, now=at)
    elif isinstance(problem, Blocked):
        log.info("the channel refuses this resident; held", extra={"outbox_id": row.id})
        outbox.hold_all(session, row.conversation.account, now=at)
    elif isinstance(problem, Refused):
        log.warning("the channel will not take this message", extra={"outbox_id": row.id})
        row.status, row.problem = Delivery.GAVE_UP, str(problem)
    else:
        row.attempts += 1
        row.problem = str(problem)
        wait = outbox.backoff(row.attempts)
        if isinstance(problem, RetryAfter):
            wait = timedelta(seconds=problem.seconds)
        hold_until = at + wait
    outbox.hold_conversation(session, row.conversation_id, until=hold_until)
