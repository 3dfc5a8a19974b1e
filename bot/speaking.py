"""Has replies read aloud, one after another. Texts are sent before, and never wait for a voice."""

import logging
import time
from collections.abc import Mapping
from datetime import timedelta

from backend.clock import now
from backend.database import Database
from backend.messaging import outbox, voices_owed
from bot.channel import Channel, ChannelError, SendsVoices
from bot.child import ChildFailed
from bot.speaker import Speaker
from nlu.speech.aloud import aloud

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
        if told is None or account is None:
            self._speaker.rest()
            return False
        channel, words = self._channels.get(account.channel), aloud(told.text)
        if words and isinstance(channel, SendsVoices):
            try:
                sound = self._speaker.say(words)
                self._await_turn(told.conversation_id, channel.gap_seconds)
                channel.send_voice(account.external_id, sound)
            except (ChildFailed, ChannelError) as problem:
                kind = type(problem).__name__
                log.warning("a reply was not read aloud: %s", kind, extra={"outbox_id": told.id})
        return True

    def _await_turn(self, conversation_id: int, gap_seconds: float) -> None:
        """Until no text is on its way there; the next one then leaves the channel its gap."""
        for _ in range(TRIES):
            at = now()
            until = at + timedelta(seconds=gap_seconds)
            with self._database.begin() as session:
                if outbox.keep_free(session, conversation_id, now=at, until=until):
                    return
            time.sleep(PAUSE_SECONDS)
