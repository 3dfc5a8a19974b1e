"""Replies read aloud on WeChat: after the text, paid for, and never with what news needs."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from backend.database import Database
from backend.messaging import quota_log
from backend.messaging.quota import VOICE_LEAVES
from backend.models.messages import Delivery, VoiceOwed
from tests.fakes.rasa import FakeRasa
from tests.fakes.wechat_api import FakeWeChat, running_wechat_api
from tests.fakes.wechat_followers import VOICE_SHOWN, Follower
from tests.support import sounds
from tests.support.builders import a_conversation
from tests.support.wechat_desk import Desk, a_wechat_desk, eventually

NOTE, SPOKEN = sounds.amr(sounds.tone(1)), sounds.mp3(sounds.tone(1))
SEND, UPLOAD = "message/custom/send", "media/upload"


@dataclass
class Voice:
    """A speaker that says everything as one tone."""

    spoken_texts: list[str] = field(default_factory=list)

    def say(self, words: str, form: str) -> bytes:
        assert form == "mp3"
        self.spoken_texts.append(words)
        return SPOKEN

    def rest(self) -> None:
        return


@dataclass
class Elder:
    """Somebody who speaks to the account, and is read to."""

    desk: Desk
    lin: Follower
    voice: Voice

    def speaks(self, words: str = "查进度") -> str:
        delivered = self.lin.sends_voice(NOTE, recognition=words)
        eventually(lambda: self.owed() == 0)
        return "".join(delivered.answers)

    def owed(self) -> int:
        with self.desk.database.begin() as session:
            return len(session.scalars(select(VoiceOwed)).all())

    def remaining(self) -> tuple[int, int]:
        """By our quota log, and by WeChat's own count."""
        with self.desk.database.begin() as session:
            account = a_conversation(session, of=self.lin.openid, on="wechat").account
            ours = [window.remaining for window in quota_log.of_account(session, account)]
        return sum(ours), self.lin.windows["message"].remaining


@contextmanager
def an_elder(
    database: Database, folder: Path, rasa: FakeRasa, voice: Voice | None, **changes: Any
) -> Iterator[Elder]:
    with ExitStack() as stack:
        wechat = stack.enter_context(running_wechat_api())
        desk = stack.enter_context(
            a_wechat_desk(database, folder, wechat, rasa, speaker=voice, **changes)  # type: ignore[arg-type]
        )
        yield Elder(desk, wechat.follower("oElder"), voice or Voice())


@pytest.fixture
def elder(database: Database, tmp_path: Path, rasa: FakeRasa) -> Iterator[Elder]:
    with an_elder(database, tmp_path, rasa, Voice()) as elder:
        yield elder


@pytest.fixture
def wechat(elder: Elder) -> FakeWeChat:
    return elder.desk.wechat


def test_voice_follows_a_passive_text(elder: Elder) -> None:
    assert "我听到的是：查进度" in elder.speaks()
    eventually(lambda: elder.lin.voices == [SPOKEN])
    assert elder.lin.inbox[-1] == VOICE_SHOWN
    assert "我听到的是：查进度。" in elder.voice.spoken_texts[0]
    eventually(lambda: elder.remaining() == (4, 4))
    assert elder.lin.pushed == []


def test_pushed_text_and_its_voice_use_two_messages(elder: Elder) -> None:
    """It is read back in two messages, of which the second is pushed."""
    elder.speaks("楼道的灯坏了三天没人来修。" * 70)
    eventually(lambda: elder.lin.voices == [SPOKEN])
    assert len(elder.lin.pushed) == 1
    eventually(lambda: elder.remaining() == (VOICE_LEAVES, VOICE_LEAVES))
    assert 0 < len(elder.voice.spoken_texts[0]) <= 120


def test_voice_uses_no_quota_reserved_for_news(elder: Elder) -> None:
    """In three messages: after the two that are pushed there are three left."""
    elder.speaks("楼道的灯坏了三天没人来修。" * 120)
    eventually(lambda: len(elder.lin.pushed) == 2)
    eventually(lambda: elder.desk.outbox()[-1].status == Delivery.SENT)
    eventually(lambda: elder.owed() == 0)
    assert elder.remaining() == (VOICE_LEAVES, VOICE_LEAVES)
    assert (elder.voice.spoken_texts, elder.lin.voices) == ([], [])  # nobody spoke in vain


def test_each_delivery_of_one_note_is_one_voice(elder: Elder) -> None:
    delivered = elder.lin.sends_voice(NOTE, recognition="查进度")
    elder.desk.wechat.attempt(elder.lin, delivered)
    eventually(lambda: elder.lin.voices == [SPOKEN])
    elder.desk.wechat.attempt(elder.lin, delivered)
    assert len(delivered.answers) == 3
    assert elder.owed() == 0


def test_whoever_typed_reads(elder: Elder) -> None:
    elder.speaks()
    eventually(lambda: len(elder.lin.voices) == 1)
    elder.lin.says("人工")
    assert elder.owed() == 0
    assert len(elder.voice.spoken_texts) == 1


@pytest.mark.parametrize("path", [UPLOAD, SEND])
@pytest.mark.parametrize("kind", ["strange", "minute", "html", "not_allowed"])
def test_voice_refused_by_wechat_changes_nothing(
    elder: Elder, wechat: FakeWeChat, path: str, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    wechat.fail_next(1, kind, path=path)
    with caplog.at_level(logging.INFO):
        reply = elder.speaks()
        eventually(lambda: "a reply was not read aloud" in caplog.text)
    assert "我听到的是：查进度" in reply
    assert elder.lin.voices == []
    assert [(row.status, row.problem) for row in elder.desk.outbox()] == [(Delivery.SENT, None)]
    assert "查进度" not in caplog.text
    perhaps_arrived = kind == "html"
    eventually(lambda: elder.remaining()[0] == (4 if perhaps_arrived else 5))


def test_wechats_quota_error_holds_until_next_contact(elder: Elder) -> None:
    elder.desk.wechat.fail_next(1, "count", path=SEND)
    assert "我听到的是：查进度" in elder.speaks()
    eventually(lambda: elder.remaining()[0] == 0)
    assert elder.lin.voices == []
    elder.speaks()
    eventually(lambda: elder.lin.voices == [SPOKEN])
    eventually(lambda: elder.remaining() == (4, 4))


def test_switched_off_nothing_is_owed(database: Database, tmp_path: Path, rasa: FakeRasa) -> None:
    with an_elder(database, tmp_path, rasa, None) as elder:
        assert "我听到的是：查进度" in elder.speaks()
        assert (elder.owed(), elder.lin.voices) == (0, [])
