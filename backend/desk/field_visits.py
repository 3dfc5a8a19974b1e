"""Somebody went to see: when, where, what there was, and the photos they brought back (S81)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from io import BytesIO

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.attachments import photos
from backend.attachments.storage import KINDS, AttachmentFolder, sniff
from backend.cases.step import Details
from backend.cases.stepping import Actor, note
from backend.errors import BadInput, UnsupportedMedia
from backend.models.cases import Case, CaseEvent
from backend.models.messages import Attachment
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.messages import File

MOST_PHOTOS = 9
_CLOCKS_DIFFER = timedelta(minutes=5)  # and a form knows no seconds
_NOT_A_PHOTO = "现场照片只收照片，这个文件打不开"


def kept_photo(folder: AttachmentFolder, content: bytes) -> File:
    """Raises BadInput, TooLarge or UnsupportedMedia. Evidence must open, so it is tried."""
    folder.refuse_too_large(len(content))
    media_type = sniff(content)
    if content and KINDS.get(media_type) != "photo":
        raise UnsupportedMedia(_NOT_A_PHOTO)
    photos.clean(content, media_type)  # a bomb is not opened
    if content and media_type != "image/heic":  # which no library of ours reads
        _must_open(content)
    return folder.keep(content)


def _must_open(content: bytes) -> None:
    try:
        with Image.open(BytesIO(content)) as image:
            image.verify()
    except (OSError, ValueError, SyntaxError):
        raise UnsupportedMedia(_NOT_A_PHOTO) from None


def record(
    session: Session,
    case: Case,
    actor: Actor,
    details: Details,
    brought: Sequence[File],
    *,
    now: datetime,
) -> None:
    """Raises BadInput."""
    details.needing("place", "去了哪里")
    details.needing("text", "看到了什么")
    at = _when(case, details, now)
    distinct = {photo.digest: photo for photo in brought}
    if len(distinct) > MOST_PHOTOS:
        raise BadInput(f"一次最多 {MOST_PHOTOS} 张照片")
    found = {"at": at.isoformat(), "photos": len(distinct)}
    note(session, case, Action.VISIT, actor, details, now=now, found=found)
    event_id = session.scalars(
        select(CaseEvent.id)
        .where(CaseEvent.case_id == case.id, CaseEvent.action == Action.VISIT)
        .order_by(CaseEvent.id.desc())
        .limit(1)
    ).one()
    session.add_all(_attachment(case, event_id, photo, now) for photo in distinct.values())


def _when(case: Case, details: Details, now: datetime) -> datetime:
    written = details.needing("at", "什么时候去的")
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        raise BadInput("时间要写成 2026-11-26T14:30+08:00 这样") from None
    if at.tzinfo is None:
        raise BadInput("时间要带时区，例如 2026-11-26T14:30+08:00")
    if at > now + _CLOCKS_DIFFER:
        raise BadInput("走访的时间还没有到")
    if at < case.registered_at - _CLOCKS_DIFFER:
        raise BadInput("走访的时间比诉求登记还早")
    return at


def _attachment(case: Case, event_id: int, photo: File, now: datetime) -> Attachment:
    return Attachment(
        event_id=event_id,
        case_id=case.id,
        digest=photo.digest,
        media_type=photo.media_type,
        size_bytes=photo.size_bytes,
        created_at=now,
    )
