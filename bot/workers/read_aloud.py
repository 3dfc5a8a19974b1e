"""Reads replies aloud, one after another, after their texts were sent."""

import logging
import time
from collections.abc import Mapping
from datetime import datetime, timedelta

from backend.clock import now
from backend.database import Database
from backend.messaging import charging, outbox, quota_log, spoken_replies
from backend.models.messages import OutboxMessage
from backend.models.residents import ChannelAccount
from bot.channels.base import Channel, ChannelError, OutOfWindow, SendsVoices
from bot.workers.child_process import ChildFailed
from bot.workers.push import COST_NOTHING
from bot.workers.text_to_speech import Speaker
from nlu.speech.aloud import spoken_text

log = logging.getLogger(__name__)

TRIES = 10  # to reserve the chat while no text is being sent to it
PAUSE_SECONDS = 0.5


class Speaking:
    """One thread runs `speak_next`."""

    def __init__(
        self, database: Database, speaker: Speaker, channels: Mapping[str, Channel]
    ) -> None:
        self._database = database
        self._speaker = speaker
        self._channels = channels

    def speak_next(self) -> bool:
        """Read one reply aloud. False when none is due."""
        with self._database.begin() as session:
            reply = spoken_replies.take(session, now=now())
            account = reply.conversation.account if reply else None
            has_quota = account is not None and charging.spares_voice(session, account, now=now())
        if reply is None or account is None:
            self._speaker.rest()
            return False
        channel, words = self._channels.get(account.channel), spoken_text(reply.text)
        if has_quota and words and isinstance(channel, SendsVoices):
            try:
                self._speak(reply, account, channel, words)
            except (ChildFailed, ChannelError) as problem:
                kind = type(problem).__name__
                log.warning("a reply was not read aloud: %s", kind, extra={"outbox_id": reply.id})
        return True

    def _speak(
        self, reply: OutboxMessage, account: ChannelAccount, channel: SendsVoices, words: str
    ) -> None:
        sound = self._speaker.say(words, channel.voice_form)
        self._await_gap(reply.conversation_id, channel.gap_seconds)
        asked_at = now()
        arrives_by = asked_at + outbox.LEASE
        with self._database.begin() as session:
            if not charging.charge_voice(session, account, now=asked_at, arrives_by=arrives_by):
                return
        try:
            channel.send_voice(account.external_id, sound)
        except ChannelError as problem:
            self._settle(account, asked_at, arrives_by, problem)
            raise
        self._settle(account, asked_at, arrives_by, None)

    def _settle(
        self,
        account: ChannelAccount,
        asked_at: datetime,
        arrives_by: datetime,
        problem: ChannelError | None,
    ) -> None:
        """Settle the charge; close the windows when the service answers that the quota is spent."""
        arrived_at = None if isinstance(problem, COST_NOTHING) else now()
        with self._database.begin() as session:
            quota_log.settle(session, account, arrives_by=arrives_by, arrived_at=arrived_at)
            if isinstance(problem, OutOfWindow):
                quota_log.close(session, account.id, opened_before=asked_at)

    def _await_gap(self, conversation_id: int, gap_seconds: float) -> None:
        """Wait until no text is on its way to the chat; the next one then keeps the gap."""
        for _ in range(TRIES):
            at = now()
            until = at + timedelta(seconds=gap_seconds)
            with self._database.begin() as session:
                if outbox.hold_if_idle(session, conversation_id, now=at, until=until):
                    return
            time.sleep(PAUSE_SECONDS)
