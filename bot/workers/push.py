"""Sends the outbox: one message of one conversation at a time, each sent once."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from backend.clock import now
from backend.conversations.service import locked
from backend.database import Database, Session
from backend.messaging import charging, held_messages, notices, outbox, quota_log, spoken_replies
from backend.messaging.queries import outbox_rows
from backend.models.messages import Delivery
from bot.channels.base import (
    Blocked,
    Channel,
    ChannelError,
    NotTaken,
    OutOfWindow,
    Refused,
    RetryAfter,
    SendsVoices,
    Unreachable,
)
from bot.channels.outgoing import Notice, Parcel, pack
from bot.metrics import DELIVERIES

log = logging.getLogger(__name__)

# A resident who refuses notices is sent no further one.
NOT_WANTED = (Blocked, OutOfWindow)
# A refused message spends no quota; after network trouble it may have arrived and spent some.
COST_NOTHING = (Blocked, OutOfWindow, RetryAfter, Refused, NotTaken)


class Push:
    def __init__(
        self, database: Database, channels: Mapping[str, Channel], *, speaks: bool = False
    ) -> None:
        """With `speaks`, replies are also read aloud (bot.workers.read_aloud)."""
        self._database = database
        self._channels = channels
        self._speaks = speaks

    def send_next(self) -> bool:
        """Send the next part of the oldest due message. False when nothing is due.

        No transaction is open while the channel is called.
        """
        asked_at = now()
        with self._database.begin() as session:
            row = outbox.claim(session, now=asked_at)
            if row is None:
                return False
            channel = self._channels.get(row.conversation.account.channel)
            message = pack(session, row, channel, now=asked_at)
        if isinstance(message, Parcel):
            self._send(message, asked_at)
        elif message:
            self._notify(message)
        return True

    def _send(self, parcel: Parcel, asked_at: datetime) -> None:
        problem: ChannelError | None = None
        is_last = False
        try:
            is_last = parcel.send()
        except ChannelError as error:
            problem = error
        name = parcel.channel.name if parcel.channel else "none"
        DELIVERIES.labels(name, type(problem).__name__.lower() if problem else "sent").inc()
        with self._database.begin() as session:
            outcome = _Outcome(session, parcel, asked_at, now())
            if problem is None:
                hold_until = outcome.note_sent(is_last=is_last)
            else:
                hold_until = outcome.note_failure(problem)
            if is_last and self._speaks and isinstance(parcel.channel, SendsVoices):
                outcome.owe_voices()
            outbox.hold_conversation(session, outcome.chat.id, until=hold_until)

    def _notify(self, notice: Notice) -> None:
        """Send a template notice; its messages stay held until the resident's next contact."""
        try:
            number = notice.send()
        except ChannelError as problem:
            log.info("no notice could be given: %s", type(problem).__name__)
            is_wanted = not isinstance(problem, NOT_WANTED)
            with self._database.begin() as session:
                notices.mark_failed(session, notice.id, is_wanted=is_wanted, now=now())
        else:
            with self._database.begin() as session:
                notices.mark_accepted(session, notice.id, number)


class _Outcome:
    """Records the outcome of sending a parcel.

    `note_sent` and `note_failure` return the time until which the chat is sent nothing more.
    """

    def __init__(self, session: Session, parcel: Parcel, asked_at: datetime, at: datetime) -> None:
        self._session = session
        self._parcel = parcel
        self._asked_at = asked_at
        self._at = at
        self.chat = locked(session, parcel.rows[0].conversation_id)
        self._rows = outbox_rows(session, [row.id for row in parcel.rows])

    def note_sent(self, *, is_last: bool) -> datetime | None:
        self._settle(arrived=True)
        for row in self._rows:
            row.parts_sent += 1
            if is_last:
                outbox.mark_sent(self._session, row.id, row.conversation_id, now=self._at)
        return self._after_gap()

    def owe_voices(self) -> None:
        for row in self._rows:
            spoken_replies.request(self._session, row, now=self._at)

    def note_failure(self, problem: ChannelError) -> datetime | None:
        self._settle(arrived=not isinstance(problem, COST_NOTHING))
        if isinstance(problem, Blocked):
            log.info("the channel refuses this resident; held", extra=self._log_fields())
            held_messages.hold_all(self._session, self.chat.account, now=self._at)
        elif isinstance(problem, OutOfWindow):
            log.info("nothing more may be said before the next contact", extra=self._log_fields())
            charging.out_of_window(
                self._session, self.chat, self._rows, asked_at=self._asked_at, now=self._at
            )
        elif isinstance(problem, Refused):
            self._note_refusal(problem)
        else:
            return self._at + self._wait(problem)
        return self._after_gap()

    def _after_gap(self) -> datetime | None:
        gap = self._parcel.channel.gap_seconds if self._parcel.channel else 0
        return self._at + timedelta(seconds=gap) if gap else None

    def _settle(self, *, arrived: bool) -> None:
        if self._parcel.arrives_by is not None:
            quota_log.settle(
                self._session,
                self.chat.account,
                arrives_by=self._parcel.arrives_by,
                arrived_at=self._at if arrived else None,
            )

    def _note_refusal(self, problem: Refused) -> None:
        log.warning("the channel will not take this message", extra=self._log_fields())
        for row in self._rows:
            row.problem = str(problem)
            if len(self._rows) == 1:
                row.status = Delivery.GAVE_UP
            row.goes_alone = True

    def _wait(self, problem: ChannelError) -> timedelta:
        for row in self._rows:
            row.attempts += 1
            row.problem = str(problem)
        if isinstance(problem, RetryAfter):
            return timedelta(seconds=problem.seconds)
        assert isinstance(problem, Unreachable)
        return outbox.jittered(outbox.backoff(max(row.attempts for row in self._rows)))

    def _log_fields(self) -> dict[str, object]:
        return {"outbox_ids": [row.id for row in self._rows]}
