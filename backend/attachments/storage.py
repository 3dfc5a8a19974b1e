"""Stores residents' files under their digest; the media type is detected from the content."""

import errno
import hashlib
import os
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from pathlib import Path

import puremagic
from sqlalchemy import bindparam, null, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.attachments import photos
from backend.attachments.decoding import Task, decode
from backend.errors import BadInput, StorageFull, TooLarge, UnsupportedMedia
from backend.models.messages import Attachment, InboxMessage
from backend.vocabulary.messages import Body, File, Transcript

# Detected media type -> kind. File names and types given by the sender are ignored.
KINDS = {
    "image/jpeg": "photo",
    "image/png": "photo",
    "image/webp": "photo",
    "image/gif": "photo",
    "image/heic": "photo",
    "video/mp4": "video",
    "video/quicktime": "video",
    "video/webm": "video",
    "video/3gpp": "video",
    "audio/ogg": "voice",
    "audio/mpeg": "voice",
    "audio/mp4": "voice",
    "audio/amr": "voice",
    "audio/wav": "voice",
    "audio/webm": "voice",
    "audio/silk": "voice",
}
ALIASES = {
    "application/ogg": "audio/ogg",
    "audio/x-m4a": "audio/mp4",
    "audio/m4a": "audio/mp4",
    "audio/x-wav": "audio/wav",
    "audio/wave": "audio/wav",
    "audio/vnd.wave": "audio/wav",
    "audio/AMR": "audio/amr",
    "audio/opus": "audio/ogg",
    "audio/mp3": "audio/mpeg",
    "image/jpg": "image/jpeg",
    "image/heif": "image/heic",
    "video/3gp": "video/3gpp",
    "video/m4v": "video/mp4",
    "video/x-m4v": "video/mp4",
}
# Voice formats of phones and WeChat; puremagic finds no media type for most of these.
VOICE_MARKS = (
    (b"#!SILK", "audio/silk"),
    (b"\x02#!SILK", "audio/silk"),
    (b"#!AMR", "audio/amr"),  # narrow band, and "#!AMR-WB"
    (b"ID3\x02", "audio/mpeg"),
    (b"ID3\x03", "audio/mpeg"),
    (b"ID3\x04", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
)
# Phones and web pages record voices in video containers.
VOICE_ALONE = {
    "video/mp4": "audio/mp4",
    "video/quicktime": "audio/mp4",
    "video/webm": "audio/webm",
    "video/3gpp": "audio/mp4",
}
M4A_MARKS = (b"ftypM4A", b"ftypM4B")  # after four bytes of length
# HEIC uses the same container as MP4 video.
HEIC_MARKS = (b"ftypheic", b"ftypheix", b"ftypheim", b"ftypheis", b"ftypmif1")
BELONGS_TO_NEXT_CASE = timedelta(hours=24)  # age of files that are added to a new case


ERASED = ".erased"  # what a file is called between its erasure and its deletion
HALF_FILE = timedelta(days=1)  # nobody writes this long
NO_SPACE = (errno.ENOSPC, errno.EDQUOT)


def is_older(path: Path, age: timedelta) -> bool:
    with suppress(FileNotFoundError):
        return time.time() - path.stat().st_mtime > age.total_seconds()
    return False


class AttachmentFolder:
    """Folder of the files: `ab/cdef…`, named by SHA-256."""

    def __init__(self, folder: Path, *, limit_bytes: int) -> None:
        self._folder = folder
        self.limit_bytes = limit_bytes

    def keep(self, content: bytes) -> File:
        """Store `content`. Raises BadInput, TooLarge or UnsupportedMedia."""
        if not content:
            raise BadInput("这个文件是空的")
        self.refuse_too_large(len(content))
        media_type = sniff(content)
        if media_type not in KINDS:
            raise UnsupportedMedia("这种文件暂时收不了，请发照片、视频或语音")
        if media_type == photos.HEIC:
            content, media_type = decode(Task.JPEG, content), photos.JPEG
        if KINDS[media_type] == "photo":
            content = clean_photo(content, media_type)
        digest = hashlib.sha256(content).hexdigest()
        try:
            self._write(digest, content)
        except OSError as error:
            if error.errno not in NO_SPACE:
                raise
            raise StorageFull("现在存不下文件，请过一会儿再发") from error
        return File(
            kind=KINDS[media_type], digest=digest, media_type=media_type, size_bytes=len(content)
        )

    def refuse_too_large(self, size_bytes: int) -> None:
        if size_bytes > self.limit_bytes:
            raise TooLarge(f"文件超过 {self.limit_bytes // 1024 // 1024} MB 了")

    def path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest[2:]

    def bring_back(self, content: bytes) -> None:
        """Store the bytes of a backup, which were checked when they first came."""
        self._write(hashlib.sha256(content).hexdigest(), content)

    def has(self, digest: str) -> bool:
        """False also where another process's folder has the file, not this one's."""
        return self.path(digest).exists() or self._erased(digest).exists()

    def erase(self, digest: str) -> None:
        """Put the file out of reach; `purge` deletes it, once its erasure is in the database."""
        with suppress(FileNotFoundError):
            self.path(digest).rename(self._erased(digest))

    def purge(self) -> None:
        """Delete what was erased, and half files that a full disk or a crash has left."""
        for path in self._folder.glob("??/*"):
            is_half = path.name.startswith(tempfile.gettempprefix()) and is_older(path, HALF_FILE)
            if path.suffix == ERASED or is_half:
                path.unlink(missing_ok=True)

    def _erased(self, digest: str) -> Path:
        return self.path(digest).with_suffix(ERASED)

    def _write(self, digest: str, content: bytes) -> None:
        path = self.path(digest)
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as half_written:
            half_written.write(content)
            half_written.flush()
            os.fsync(half_written.fileno())
        Path(half_written.name).rename(path)
        for folder in (path.parent, path.parent.parent):
            _sync(folder)


def _sync(folder: Path) -> None:
    """Make the folder's names outlast a power failure."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def clean_photo(photo: bytes, media_type: str) -> bytes:
    """The photo upright and without metadata; one that cannot be unpacked stays as it lies."""
    if not photos.is_upright(photo):
        with suppress(UnsupportedMedia):
            photo = decode(Task.TURN, photo)
    return photos.without_metadata(photo, media_type)


def sniff(content: bytes) -> str:
    """The media type detected from the content; `application/octet-stream` if unknown."""
    for mark, media_type in VOICE_MARKS:
        if content.startswith(mark):
            return media_type
    if content[4:].startswith(M4A_MARKS):
        return "audio/mp4"
    if content[4:].startswith(HEIC_MARKS):
        return photos.HEIC
    try:
        detected = puremagic.from_string(content, mime=True)
    except (puremagic.PureError, ValueError):
        return "application/octet-stream"
    media_type = ALIASES.get(detected, detected)
    voice = VOICE_ALONE.get(media_type)
    return voice if voice and not _has_pictures(content) else media_type


def _has_pictures(content: bytes) -> bool:
    try:
        return bool(decode(Task.PICTURES, content))
    except UnsupportedMedia:
        return True


def attach(session: Session, message: InboxMessage, files: list[File], *, now: datetime) -> None:
    """Record that `files`, which are stored already, belong to the message."""
    body = Body.of(message.body)
    # The channel's own speech recognition comes with the message.
    transcript = asdict(body.transcript) if body.transcript else None
    for file in files:
        session.execute(
            insert(Attachment)
            .values(
                inbox_id=message.id,
                digest=file.digest,
                media_type=file.media_type,
                size_bytes=file.size_bytes,
                created_at=now,
                transcript=transcript if file.is_spoken else null(),
            )
            .on_conflict_do_nothing()
        )
    message.body = {**message.body, "files": [vars(file) for file in _merged(body.files, files)]}


def _merged(received: tuple[File, ...], stored: list[File]) -> list[File]:
    """The stored files, with the channel's reference and kind."""
    return [_merge(*pair) for pair in zip(received, stored, strict=True)]


def _merge(received: File, stored: File) -> File:
    """Only the channel can tell a video note from a video; their content looks the same."""
    is_note = received.kind == "video_note" and stored.kind == "video"
    kind = received.kind if is_note else stored.kind
    return replace(stored, reference=received.reference, kind=kind)


def note_transcript(session: Session, message: InboxMessage, transcript: Transcript) -> None:
    """Store the transcript with the recording, for staff who listen to it."""
    of_message = Attachment.inbox_id == message.id
    digests = [file.digest for file in Body.of(message.body).files if file.is_spoken]
    session.execute(
        update(Attachment)
        .where(of_message, Attachment.digest.in_(digests))
        .values(transcript=asdict(transcript))
    )


def give_to_case(session: Session, conversation_id: int, case_id: int, *, now: datetime) -> int:
    """Add the chat's files of the last day without a case to the case; returns how many."""
    parameters = {
        "to_case": case_id,
        "chat": conversation_id,
        "after": now - BELONGS_TO_NEXT_CASE,
    }
    updated = session.execute(_GIVE_TO_CASE, parameters)
    return int(updated.rowcount)  # type: ignore[attr-defined]


_GIVE_TO_CASE = (
    update(Attachment)
    .where(
        Attachment.inbox_id == InboxMessage.id,
        InboxMessage.conversation_id == bindparam("chat"),
        Attachment.case_id.is_(None),
        Attachment.created_at > bindparam("after"),
    )
    .values(case_id=bindparam("to_case"))
    .execution_options(synchronize_session=False)
)


def of_case(session: Session, case_id: int) -> list[Attachment]:
    return list(
        session.scalars(
            select(Attachment).where(Attachment.case_id == case_id).order_by(Attachment.id)
        )
    )
