"""Voices and files on their way: when a turn waits, for how long, and what is said then."""

import errno
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from backend.attachments import file_jobs
from backend.attachments.storage import AttachmentFolder
from backend.database import Database
from backend.jobs.erase_recordings import ERASED, erase_old
from backend.models.conversations import Owner
from backend.models.messages import Attachment, FileJob, InboxMessage, Stage
from backend.vocabulary.messages import Body, File, Transcript
from bot.channels.base import Refused, Unreachable
from bot.workers.child_process import ChildFailed
from bot.workers.speech_to_text import NotHeard
from dialogue.texts import appeal, wishes
from dialogue.texts import chat as texts
from tests.fakes.rasa import FakeRasa
from tests.support.bot_desk import Desk, a_desk
from tests.support.builders import NOON, a_message, a_registered_case

NOISE = "文三路夜里施工太吵"
FIRE = "我家着火了，快来救火"
VOICE = b"#!AMR\n" + b"\x3c" + bytes(31)
NOTE = (File("voice", reference="note"),)
UPLOADED = (File("voice", digest="ab" * 32, media_type="audio/amr", size_bytes=38),)


class Ear:
    """A listener that hears what the test says."""

    def __init__(self) -> None:
        self.hears: list[Transcript | Exception] = []
        self.inbox: list[Path] = []

    def hear(self, recording: Path) -> Transcript:
        self.inbox.append(recording)
        result = self.hears.pop(0) if self.hears else transcript_of(NOISE)
        if isinstance(result, Exception):
            raise result
        return result

    def rest(self) -> None:
        return


def transcript_of(text: str, *, seconds: float = 5.0, is_cut: bool = False) -> Transcript:
    return Transcript(text, 0.83, seconds, is_cut)


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    """The clock of the workers, and a hand on it."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def desk(database: Database, rasa: FakeRasa, tmp_path: Path, ear: Ear) -> Iterator[Desk]:
    with a_desk(database, tmp_path, rasa_url=rasa.url, listener=ear) as desk:  # type: ignore[arg-type]
        desk.line.files["note"] = VOICE
        _store_upload(tmp_path)
        yield desk


def _store_upload(folder: Path) -> None:
    digest = UPLOADED[0].digest
    assert digest is not None
    path = AttachmentFolder(folder, limit_bytes=1000).path(digest)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(VOICE)


def take_turns(desk: Desk) -> None:
    while desk.turns.take_next():
        pass


def was_heard(desk: Desk, words: str) -> bool:
    """It is read back, before anything is done with it."""
    return wishes.TRANSCRIPT.plain.format(text=words) in desk.replies()[0]


def bodies(desk: Desk) -> list[Body]:
    with desk.database.begin() as session:
        rows = session.scalars(select(InboxMessage).order_by(InboxMessage.id))
        return [Body.of(row.body) for row in rows]


def test_voice_is_a_turn_with_its_transcript(desk: Desk, rasa: FakeRasa) -> None:
    desk.hears(files=NOTE)
    desk.answers()
    assert was_heard(desk, NOISE)
    assert bodies(desk)[0].transcript == transcript_of(NOISE)
    with desk.database.begin() as session:
        [recording] = session.scalars(select(Attachment))
        assert recording.transcript["text"] == NOISE  # type: ignore[index]
        assert recording.media_type == "audio/amr"


def test_a_video_note_is_listened_to(desk: Desk, ear: Ear) -> None:
    desk.line.files["round"] = b"\0\0\0\x18ftypisom\0\0\0\0isomisom" + bytes(30)
    desk.hears(files=(File("video_note", reference="round"),))
    desk.answers()
    assert len(ear.inbox) == 1
    assert was_heard(desk, NOISE)
    assert bodies(desk)[0].files[0].kind == "video_note"


def test_words_beside_a_voice_are_what_is_meant(desk: Desk, rasa: FakeRasa, ear: Ear) -> None:
    ear.hears = [transcript_of("别的话")]
    desk.hears("路灯坏了", files=NOTE)
    desk.answers()
    assert rasa.words == ["路灯坏了"]
    assert desk.replies() == [appeal.ASK_PLACE.plain]
    assert bodies(desk)[0].transcript == transcript_of("别的话")


def test_danger_is_heard_in_a_voice(desk: Desk, rasa: FakeRasa, ear: Ear) -> None:
    ear.hears = [transcript_of(FIRE)]
    desk.hears(files=NOTE)
    desk.answers()
    assert desk.replies()[0].startswith("请马上打 119！")
    assert desk.chat().owner == Owner.QUEUE


def test_text_waits_for_earlier_voice_in_same_chat(desk: Desk) -> None:
    desk.hears(files=UPLOADED)
    desk.hears("还有乱停车")
    desk.hears("你好", of="wu")
    take_turns(desk)
    assert (desk.replies(), desk.replies("wu")) == ([], [texts.GREET.plain])
    desk.answers()
    assert was_heard(desk, NOISE)
    assert f"我听到的是：{NOISE}\n您写的是：还有乱停车\n" in desk.replies()[1]


def test_danger_waits_for_no_voice(desk: Desk) -> None:
    desk.hears(files=UPLOADED)
    desk.hears(FIRE)
    take_turns(desk)
    assert "119" in desk.replies()[0]
    assert len(desk.replies()) == 1


def test_a_turn_waits_a_minute_and_no_longer(desk: Desk, noon: time_machine.Traveller) -> None:
    desk.hears(files=UPLOADED)
    noon.shift(file_jobs.HEARING - timedelta(seconds=1))
    take_turns(desk)
    assert desk.replies() == []
    noon.shift(2)
    take_turns(desk)
    assert desk.replies() == [texts.VOICE_KEPT.plain]
    desk.answers()  # it is heard later, for the staff
    assert desk.replies() == [texts.VOICE_KEPT.plain]
    assert bodies(desk)[0].transcript == transcript_of(NOISE)


@pytest.mark.parametrize(
    ("transcript", "details"),
    [
        (transcript_of(""), wishes.NOTHING_HEARD.plain),
        (NotHeard("it cannot be played"), texts.VOICE_KEPT.plain),
        (transcript_of(NOISE, seconds=61, is_cut=True), wishes.HEARD_PART.plain),
        (transcript_of(NOISE, seconds=9, is_cut=True), wishes.HEARD_BROKEN.plain),
    ],
    ids=["silence", "no sound", "61 s", "broken off"],
)
def test_partly_heard_voice_gets_an_explanation(
    desk: Desk, ear: Ear, transcript: Transcript | Exception, details: str
) -> None:
    ear.hears = [transcript]
    desk.hears(files=NOTE)
    desk.answers()
    assert details in desk.replies()[0]


def test_a_listener_that_fails_is_asked_once_more(
    desk: Desk, ear: Ear, noon: time_machine.Traveller
) -> None:
    ear.hears = [ChildFailed("it died"), transcript_of(NOISE)]
    desk.hears(files=NOTE)
    desk.answers()
    assert desk.replies() == []
    noon.shift(3)
    desk.answers()
    assert was_heard(desk, NOISE)


def test_transcriber_is_given_up_after_two_failures(
    desk: Desk, ear: Ear, noon: time_machine.Traveller
) -> None:
    ear.hears = [ChildFailed("it died"), ChildFailed("again")]
    desk.hears(files=NOTE)
    desk.answers()
    noon.shift(3)
    desk.answers()
    assert desk.replies() == [texts.VOICE_KEPT.plain]


def test_transcription_is_retried_after_its_worker_dies(
    desk: Desk, noon: time_machine.Traveller
) -> None:
    desk.hears(files=UPLOADED)
    with desk.database.begin() as session:
        assert file_jobs.claim(session, Stage.HEAR, now=NOON)
        assert file_jobs.claim(session, Stage.HEAR, now=NOON) is None
    noon.shift(file_jobs.LEASE + timedelta(seconds=1))
    assert desk.hearing.hear_next()


def test_without_a_recogniser_nobody_waits(
    database: Database, rasa: FakeRasa, tmp_path: Path
) -> None:
    with a_desk(database, tmp_path, rasa_url=rasa.url) as desk:
        desk.line.files["note"] = VOICE
        desk.hears(files=NOTE)
        desk.answers()
        assert desk.replies() == [texts.VOICE_KEPT.plain]


def test_voices_beyond_capacity_do_not_wait(desk: Desk) -> None:
    for number in range(file_jobs.MOST_VOICES + 1):
        desk.hears(files=UPLOADED, of=f"lin-{number}")
    take_turns(desk)
    assert desk.replies("lin-0") == []
    assert desk.replies(f"lin-{file_jobs.MOST_VOICES}") == [texts.VOICE_KEPT.plain]


def test_channel_transcript_stands_until_ours_is_longer(desk: Desk, ear: Ear) -> None:
    ear.hears = [transcript_of("")]
    desk.hears(files=NOTE)
    with desk.database.begin() as session:
        row = session.scalars(select(InboxMessage)).one()
        row.body = {**row.body, "transcript": vars(Transcript("微信听到的", 0.5, 3.0))}
    desk.answers()
    assert was_heard(desk, "微信听到的")


def test_late_file_is_retried_while_words_continue(
    desk: Desk, noon: time_machine.Traveller
) -> None:
    desk.line.files["photo"] = Unreachable("away")
    desk.hears("路灯坏了", files=(File("photo", reference="photo"),))
    desk.answers()
    assert desk.replies() == []
    noon.shift(file_jobs.FETCHING)
    take_turns(desk)
    assert desk.replies() == [appeal.ASK_PLACE.plain]
    desk.line.files["photo"] = (
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    )
    desk.answers()
    with desk.database.begin() as session:
        assert session.scalars(select(Attachment.media_type)).all() == ["image/jpeg"]


def test_a_file_that_never_comes_is_said_once(desk: Desk, noon: time_machine.Traveller) -> None:
    desk.line.files["note"] = Unreachable("away")
    desk.hears(files=NOTE)
    for _ in range(file_jobs.MOST_FETCHES + 2):
        desk.answers()
        noon.shift(1024)
    text = texts.FILE_REFUSED.plain.format(why=texts.FILE_UNREACHABLE)
    assert desk.replies() == [texts.FILE_ON_ITS_WAY.plain, text]


def test_expired_file_is_reported_immediately(desk: Desk) -> None:
    desk.line.files["note"] = Refused("media_id expired")
    desk.hears(files=NOTE)
    desk.answers()
    assert desk.replies() == [texts.FILE_REFUSED.plain.format(why=texts.FILE_GONE)]


def test_recordings_are_erased_on_time_and_logged(desk: Desk, tmp_path: Path) -> None:
    desk.hears(files=NOTE)
    desk.answers()
    folder = AttachmentFolder(tmp_path, limit_bytes=1000)
    with desk.database.begin() as session:
        case = a_registered_case(session)
        [recording] = session.scalars(select(Attachment))
        path = folder.path(recording.digest)
        assert path.exists()
        assert erase_old(session, folder, kept_since=NOON, now=NOON) == 0
        later = NOON + timedelta(days=91)
        assert erase_old(session, folder, kept_since=NOON + timedelta(days=1), now=later) == 1
        assert erase_old(session, folder, kept_since=NOON + timedelta(days=1), now=later) == 0
        session.refresh(case)
        assert not path.exists()
        assert case.events[-1].details["text"] == ERASED.text
        assert recording.transcript["text"] == NOISE  # type: ignore[index]


def test_resent_recording_has_its_own_retention(
    desk: Desk, tmp_path: Path, noon: time_machine.Traveller
) -> None:
    desk.hears(files=NOTE)
    desk.answers()
    noon.shift(timedelta(days=80))
    desk.hears(files=NOTE)
    desk.answers()
    folder = AttachmentFolder(tmp_path, limit_bytes=1000)
    with desk.database.begin() as session:
        since = NOON + timedelta(days=1)
        assert erase_old(session, folder, kept_since=since, now=NOON) == 1
        [rows] = session.scalars(select(Attachment).where(Attachment.erased_at.is_(None)))
        assert folder.path(rows.digest).exists()


def test_a_message_that_came_twice_has_one_job(desk: Desk) -> None:
    message = a_message(files=NOTE, external_id="once")
    assert desk.hears(files=NOTE, external_id=message.external_id)
    assert not desk.hears(files=NOTE, external_id=message.external_id)
    with desk.database.begin() as session:
        assert len(session.scalars(select(FileJob)).all()) == 1


def test_a_recording_elsewhere_is_heard_later(
    desk: Desk, ear: Ear, tmp_path: Path, noon: time_machine.Traveller
) -> None:
    digest = UPLOADED[0].digest
    assert digest is not None
    path = AttachmentFolder(tmp_path, limit_bytes=1000).path(digest)
    path.unlink()
    desk.hears(files=UPLOADED)
    for _ in range(5):  # more often than a recording is tried that cannot be understood
        assert desk.hearing.hear_next()
        noon.shift(timedelta(seconds=6))
    assert ear.inbox == []
    _store_upload(tmp_path)
    assert desk.hearing.hear_next()
    take_turns(desk)
    assert was_heard(desk, NOISE)


def test_erasure_waits_for_the_folder(desk: Desk, tmp_path: Path) -> None:
    desk.hears(files=NOTE)
    desk.answers()
    since = NOON + timedelta(days=1)
    elsewhere = AttachmentFolder(tmp_path / "elsewhere", limit_bytes=1000)
    here = AttachmentFolder(tmp_path, limit_bytes=1000)
    with desk.database.begin() as session:
        assert erase_old(session, elsewhere, kept_since=since, now=NOON) == 0
        [recording] = session.scalars(select(Attachment))
        assert (recording.erased_at, here.has(recording.digest)) == (None, True)
        assert erase_old(session, here, kept_since=since, now=NOON) == 1
        session.rollback()  # a crash before the commit
    with desk.database.begin() as session:
        assert erase_old(session, here, kept_since=since, now=NOON) == 1
        [digest] = session.scalars(select(Attachment.digest))
    here.purge()
    assert not here.has(digest)


def test_a_full_disk_postpones_the_fetch(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, noon: time_machine.Traveller
) -> None:
    def is_full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(AttachmentFolder, "_write", is_full)
        desk.hears(files=NOTE)
        for _ in range(12):
            assert desk.fetching.fetch_next()
            noon.shift(timedelta(seconds=6))
    desk.answers()
    assert was_heard(desk, NOISE)
