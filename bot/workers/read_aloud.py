"""Has replies read aloud, one after another. Texts are sent before, and never wait for a voice."""

import logging
import time
from collections.abc import Mapping
from datetime import datetime, timedelta

from backend.clock import now
from backend.database import Database
from backend.messaging import budget, outbox, voices_owed, windows
from backend.models.messages import OutboxMessage
from backend.models.residents import ChannelAccount
from bot.channels.base import Channel, ChannelError, OutOfWindow, SendsVoices
from bot.workers.child_process import ChildFailed
from bot.workers.push import COST_NOTHING
from bot.workers.text_to_speech import Speaker
from nlu.speech.aloud import spoken_text

log = logging.getLogger(__name__)

TRIES = 10  # to find a moment in which no text is being sent to the same chat
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
        """Read one reply aloud. False when none is owed."""
        with self._database.begin() as session:
            told = voices_owed.take(session, now=now())
            account = told.conversation.account if told else None
            spared = account is not None and budget.spares_voice(session, account, now=now())
        if told is None or account is None:
            self._speaker.rest()
            return False
        channel, words = self._channels.get(account.channel), spoken_text(told.text)
        if spared and words and isinstance(channel, SendsVoices):
            try:
                self._speak(told, account, channel, words)
            except (ChildFailed, ChannelError) as problem:
                kind = type(problem).__name__
                log.warning("a reply was not read aloud: %s", kind, extra={"outbox_id": told.id})
        return True

    def _speak(
        self, told: OutboxMessage, account: ChannelAccount, channel: SendsVoices, words: str
    ) -> None:
        sound = self._speaker.say(words, channel.voice_form)
        self._await_turn(told.conversation_id, channel.gap_seconds)
        asked_at = now()
        by = asked_at + outbox.LEASE
        with self._database.begin() as session:
            if not budget.charge_voice(session, account, now=asked_at, arrives_by=by):
                return
        try:
            channel.send_voice(account.external_id, sound)
        except ChannelError as problem:
            self._settle(account, asked_at, by, problem)
            raise
        self._settle(account, asked_at, by, None)

    def _settle(
        self,
        account: ChannelAccount,
        asked_at: datetime,
        arrives_by: datetime,
        problem: ChannelError | None,
    ) -> None:
        """Note what it has cost; a service that says that nothing is left is believed."""
        arrived_at = None if isinstance(problem, COST_NOTHING) else now()
        with self._database.begin() as session:
            windows.settle(session, account, arrives_by=arrives_by, arrived_at=arrived_at)
            if isinstance(problem, OutOfWindow):
                windows.close(session, account.id, opened_before=asked_at)

    def _await_turn(self, conversation_id: int, gap_seconds: float) -> None:
        """Until no text is on its way there; the next one then leaves the channel its gap."""
        for _ in range(TRIES):
            at = now()
            until = at + timedelta(seconds=gap_seconds)
            with self._database.begin() as session:
                if outbox.keep_free(session, conversation_id, now=at, until=until):
                    return
            time.sleep(PAUSE_SECONDS)
