import struct
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from backend.attachments.storage import AttachmentFolder, attach, give_to_case, of_case
from backend.database import Database
from backend.errors import BadInput, TooLarge, UnsupportedMedia
from backend.messaging import inbox
from backend.models.messages import Attachment, InboxMessage
from backend.vocabulary.messages import Body
from tests.support.builders import NOON, a_conversation, a_message, a_registered_case
from tests.support.sounds import recorded, tone, video_note, webm

LIMIT = 20_000


def _chunk(kind: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )


def _box(brand: bytes) -> bytes:
    return b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0" + brand + b"isom" + bytes(30)


JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\0\0"))
    + _chunk(b"IEND", b"")
)
OGG = (
    b"OggS\x00\x02" + bytes(8) + b"\x01\0\0\0" + bytes(8) + b"\x01\x13OpusHead\x01\x01" + bytes(17)
)
AMR = b"#!AMR\n" + (b"\x3c" + bytes(31)) * 3
AMR_WB = b"#!AMR-WB\n" + (b"\x44" + bytes(60)) * 2
WAV = (
    b"RIFF" + struct.pack("<I", 36) + b"WAVEfmt "
    + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16) + b"data\0\0\0\0"
)  # fmt: skip
REAL = [
    (JPEG, "photo", "image/jpeg"),
    (PNG, "photo", "image/png"),
    (b"GIF89a\1\0\1\0\0\0\0;", "photo", "image/gif"),
    (b"RIFF\x1e\0\0\0WEBPVP8 \x12\0\0\0" + bytes(18), "photo", "image/webp"),
    (OGG, "voice", "audio/ogg"),
    (AMR, "voice", "audio/amr"),
    (AMR_WB, "voice", "audio/amr"),
    (WAV, "voice", "audio/wav"),
    (b"\x02#!SILK_V3" + bytes(20), "voice", "audio/silk"),
    (b"ID3\x03" + bytes(60), "voice", "audio/mpeg"),
    (b"\xff\xf3\x44\xc4" + bytes(413), "voice", "audio/mpeg"),
    (_box(b"M4A "), "voice", "audio/mp4"),
    (webm(tone(0.1)), "voice", "audio/webm"),
    (recorded(tone(0.1), "mp4", "aac", 16_000), "voice", "audio/mp4"),
    (video_note(tone(0.2)), "video", "video/mp4"),
    (_box(b"isom"), "video", "video/mp4"),
    (_box(b"qt  "), "video", "video/quicktime"),
    (_box(b"3gp4"), "video", "video/3gpp"),
]
NOT_TAKEN = [
    "路灯坏了".encode(), b"x", b"<html><script>alert(1)</script></html>", b"%PDF-1.4\n%%EOF",
    b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"MZ" + bytes(60),
    b"PK\3\4" + bytes(30), b"\0" * 100, b"#!/bin/sh\n", _box(b"heic"), _box(b"mif1"),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> AttachmentFolder:
    return AttachmentFolder(tmp_path, limit_bytes=LIMIT)


@pytest.mark.parametrize(("content", "kind", "media_type"), REAL)
def test_real_files_are_known_by_their_content(
    folder: AttachmentFolder, content: bytes, kind: str, media_type: str
) -> None:
    file = folder.keep(content)
    assert (file.kind, file.media_type, file.size_bytes) == (kind, media_type, len(content))
    assert file.digest is not None
    assert folder.path(file.digest).read_bytes() == content


def test_iphone_photo_is_stored_as_jpeg(folder: AttachmentFolder) -> None:
    photo = (Path(__file__).parent.parent / "pictures" / "phone.heic").read_bytes()
    file = folder.keep(photo)
    assert (file.kind, file.media_type) == ("photo", "image/jpeg")
    assert file.digest is not None
    content = folder.path(file.digest).read_bytes()
    assert content.startswith(b"\xff\xd8\xff")
    assert b"PhoneMaker" not in content


@pytest.mark.parametrize("content", NOT_TAKEN)
def test_anything_else_is_refused_whatever_it_is_called(
    folder: AttachmentFolder, tmp_path: Path, content: bytes
) -> None:
    with pytest.raises(UnsupportedMedia):
        folder.keep(content)
    assert list(tmp_path.rglob("*")) == []


def test_an_empty_file_is_refused(folder: AttachmentFolder) -> None:
    with pytest.raises(BadInput):
        folder.keep(b"")


def test_the_limit_is_the_limit(folder: AttachmentFolder) -> None:
    folder.keep(JPEG + bytes(LIMIT - len(JPEG)))
    with pytest.raises(TooLarge):
        folder.keep(JPEG + bytes(LIMIT - len(JPEG) + 1))


def test_the_same_bytes_stand_once(folder: AttachmentFolder, tmp_path: Path) -> None:
    assert folder.keep(JPEG) == folder.keep(JPEG)
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def received(database: Database, folder: AttachmentFolder, *contents: bytes) -> int:
    """A message with these files, kept; its id."""
    with database.begin() as session:
        files = tuple(folder.keep(content) for content in contents)
        inbox.receive(session, a_message(files=files), now=NOON)
        message = session.scalars(select(InboxMessage).order_by(InboxMessage.id.desc())).first()
        assert message is not None
        attach(session, message, list(Body.of(message.body).files), now=NOON)
        return message.id


def test_noting_a_file_twice_notes_it_once(database: Database, folder: AttachmentFolder) -> None:
    message_id = received(database, folder, JPEG)
    with database.begin() as session:
        attach(session, session.get_one(InboxMessage, message_id), [folder.keep(JPEG)], now=NOON)
        assert len(session.scalars(select(Attachment)).all()) == 1


def test_new_case_takes_files_of_the_last_day(database: Database, folder: AttachmentFolder) -> None:
    received(database, folder, JPEG)
    with database.begin() as session:
        late = a_registered_case(session, now=NOON + timedelta(hours=25))
        assert of_case(session, late.id) == []
        case = a_registered_case(session, now=NOON + timedelta(hours=23))
        assert [file.media_type for file in of_case(session, case.id)] == ["image/jpeg"]


def test_file_stays_with_its_first_case(database: Database, folder: AttachmentFolder) -> None:
    received(database, folder, JPEG)
    with database.begin() as session:
        first, second = a_registered_case(session), a_registered_case(session)
        assert (len(of_case(session, first.id)), len(of_case(session, second.id))) == (1, 0)


def test_a_case_takes_no_files_of_another_chat(
    database: Database, folder: AttachmentFolder
) -> None:
    received(database, folder, JPEG)
    with database.begin() as session:
        other = a_conversation(session, of="wu")
        case = a_registered_case(session, other)
        assert give_to_case(session, other.id, case.id, now=NOON) == 0
