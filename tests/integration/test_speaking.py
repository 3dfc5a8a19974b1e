"""Replies that are read aloud beside their text: to elders who spoke, on Telegram."""

import asyncio
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import func, select

from backend.database import Database
from backend.messaging import inbox, outbox, spoken_replies
from backend.models.messages import Delivery, OutboxMessage, Source, VoiceOwed
from backend.vocabulary.messages import File
from backend.vocabulary.texts import Text
from bot.channels.base import Channel
from bot.channels.telegram.channel import TelegramChannel
from bot.workers.child_process import ChildFailed
from bot.workers.push import Push
from bot.workers.read_aloud import Speaking
from bot.workers.text_to_speech import Speaker
from nlu.speech.encode import OGG
from tests.fakes.bot_api import FakeBotApi, running_bot_api
from tests.support import sounds
from tests.support.builders import NOON, a_conversation, a_message

SOUND = sounds.ogg(sounds.tone(1))
NOTE = (File("voice", digest="0" * 64, media_type="audio/ogg", size_bytes=4000),)


@dataclass
class Voice:
    """A speaker that says everything as one tone."""

    spoken_texts: list[str] = field(default_factory=list)
    problem: ChildFailed | None = None

    def say(self, words: str, form: str) -> bytes:
        assert form == OGG
        self.spoken_texts.append(words)
        if self.problem:
            raise self.problem
        return SOUND

    def rest(self) -> None:
        return


@dataclass
class Chat:
    database: Database
    api: FakeBotApi
    channels: dict[str, Channel]
    voice: Voice = field(default_factory=Voice)

    def elder(self, *, is_one: bool = True) -> None:
        with self.database.begin() as session:
            chat = a_conversation(session, of="1001", on="telegram")
            chat.account.resident.elder_mode = is_one

    def writes(self, text: str | None = None, files: tuple[File, ...] = ()) -> None:
        message = a_message(text, of="1001", on="telegram", files=files)
        with self.database.begin() as session:
            inbox.receive(session, message, now=NOON)

    def is_told(self, text: str, *, source: Source = Source.BOT, speaks: bool = True) -> None:
        with self.database.begin() as session:
            chat = a_conversation(session, of="1001", on="telegram")
            outbox.reply(session, chat, Text(text), now=NOON, source=source)
        push = Push(self.database, self.channels, speaks=speaks)
        with time_machine.travel(NOON, tick=False):
            assert push.send_next()

    def hears(self, *, later: float = 2.0, speaker: Speaker | Voice | None = None) -> bool:
        speaking = Speaking(self.database, speaker or self.voice, self.channels)  # type: ignore[arg-type]
        with time_machine.travel(NOON + timedelta(seconds=later), tick=False):
            return speaking.speak_next()

    def owed(self) -> int:
        with self.database.begin() as session:
            return session.scalar(select(func.count()).select_from(VoiceOwed)) or 0


@pytest.fixture
def channel() -> Iterator[tuple[FakeBotApi, TelegramChannel]]:
    """Telegram, on a loop in a thread, as in the app."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    with running_bot_api() as api:
        api.resident(1001)
        channel = TelegramChannel(api.token, api.url)
        asyncio.run_coroutine_threadsafe(channel.start(loop), loop).result(5)
        yield api, channel
        asyncio.run_coroutine_threadsafe(channel.stop(), loop).result(5)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)
    loop.close()


@pytest.fixture
def chat(database: Database, channel: tuple[FakeBotApi, TelegramChannel]) -> Chat:
    api, telegram = channel
    chat = Chat(database, api, {"telegram": telegram})
    chat.elder()
    return chat


def test_elder_who_spoke_gets_voice_after_text(chat: Chat) -> None:
    chat.writes(files=NOTE)
    chat.is_told("登记好了。有事请打12345")
    assert [message.text for message in chat.api.sent] == ["登记好了。有事请打12345"]
    assert chat.api.voices == []
    assert chat.hears()
    assert chat.voice.spoken_texts == ["登记好了。有事请打幺二三四五。"]
    assert chat.api.voices == [(1001, SOUND)]
    assert not chat.hears()


def test_whoever_typed_reads(chat: Chat) -> None:
    chat.writes(files=NOTE)
    chat.writes("查进度")
    chat.is_told("在办。")
    assert not chat.hears()


def test_who_is_no_elder_reads(chat: Chat) -> None:
    chat.writes(files=NOTE)
    chat.elder(is_one=False)
    chat.is_told("在办。")
    assert not chat.hears()


def test_staff_speak_for_themselves(chat: Chat) -> None:
    chat.writes(files=NOTE)
    chat.is_told("我是小赵。", source=Source.STAFF)
    assert not chat.hears()


def test_switched_off_nothing_is_owed(chat: Chat) -> None:
    chat.writes(files=NOTE)
    chat.is_told("在办。", speaks=False)
    assert chat.owed() == 0


def test_a_channel_without_voices_owes_none(chat: Chat) -> None:
    chat.channels["telegram"] = _Silent()
    chat.writes(files=NOTE)
    chat.is_told("在办。")
    assert chat.owed() == 0


def test_what_would_come_late_is_not_said(chat: Chat) -> None:
    chat.writes(files=NOTE)
    chat.is_told("在办。")
    assert not chat.hears(later=spoken_replies.TOO_LATE.total_seconds() + 1)
    assert (chat.voice.spoken_texts, chat.owed()) == ([], 0)


def test_only_so_many_wait(chat: Chat) -> None:
    chat.writes(files=NOTE)
    chat.api.has_limits = False
    for number in range(spoken_replies.MOST_WAITING + 2):
        with chat.database.begin() as session:
            outbox.hold_conversation(
                session, a_conversation(session, of="1001", on="telegram").id, until=None
            )
        chat.is_told(f"第{number}条。")
    assert chat.owed() == spoken_replies.MOST_WAITING
    assert len(chat.api.sent) == spoken_replies.MOST_WAITING + 2


def test_what_cannot_be_said_is_not_sent(chat: Chat) -> None:
    chat.writes(files=NOTE)
    chat.is_told("😊")
    assert chat.hears()
    assert (chat.voice.spoken_texts, chat.api.voices) == ([], [])


@pytest.mark.parametrize("kind", ["403", "429", "500", "html"])
def test_voice_refused_by_telegram_changes_nothing(
    chat: Chat, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    chat.writes(files=NOTE)
    chat.is_told("路灯在修。")
    chat.api.fail_next(1, kind, method="sendVoice")
    with caplog.at_level(logging.INFO):
        assert chat.hears()
    assert not chat.hears()
    assert voice_state(chat) == ("路灯在修。", Delivery.SENT, None)
    assert "a reply was not read aloud" in caplog.text
    assert "路灯" not in caplog.text


def test_an_engine_that_fails_loses_no_text(chat: Chat) -> None:
    chat.voice.problem = ChildFailed("it died")
    chat.writes(files=NOTE)
    chat.is_told("在修。")
    assert chat.hears()
    assert not chat.hears()
    assert (voice_state(chat), chat.api.voices) == (("在修。", Delivery.SENT, None), [])


def test_process_without_model_ends_and_keeps_texts(chat: Chat, tmp_path: Path) -> None:
    chat.writes(files=NOTE)
    chat.is_told("在修。")
    speaker = Speaker(tmp_path)
    assert chat.hears(speaker=speaker)
    speaker.stop()
    assert (voice_state(chat), chat.api.voices) == (("在修。", Delivery.SENT, None), [])


def test_the_next_text_leaves_the_voice_its_second(chat: Chat) -> None:
    chat.writes(files=NOTE)
    chat.is_told("在修。")
    chat.hears(later=2)
    with chat.database.begin() as session:
        chat_row = a_conversation(session, of="1001", on="telegram")
        assert chat_row.push_leased_until == NOON + timedelta(seconds=3)


def test_a_text_on_its_way_goes_first(chat: Chat) -> None:
    """Somebody is sending: the lease is theirs, and the voice does not shorten it."""
    chat.writes(files=NOTE)
    chat.is_told("在修。")
    leased = NOON + outbox.LEASE
    with chat.database.begin() as session:
        chat_id = a_conversation(session, of="1001", on="telegram").id
        outbox.hold_conversation(session, chat_id, until=leased)
        at = NOON + timedelta(seconds=2)
        assert not outbox.hold_if_idle(session, chat_id, now=at, until=at)
        assert a_conversation(session, of="1001", on="telegram").push_leased_until == leased


def voice_state(chat: Chat) -> tuple[str, str, str | None]:
    with chat.database.begin() as session:
        row = session.scalars(select(OutboxMessage)).one()
        return row.text, row.status, row.problem


class _Silent:
    name, shows_buttons, gap_seconds = "telegram", True, 0.0

    def split(self, text: str) -> list[str]:
        return [text]

    def send(self, *_: object) -> None:
        return

    def fetch(self, reference: str) -> bytes:
        raise NotImplementedError(reference)
