"""Field visits: time, place, findings and photos (S81)."""

from datetime import datetime, timedelta
from io import BytesIO

from PIL import Image
from sqlalchemy import select

from backend.attachments import photos as photo_files
from backend.attachments.storage import KINDS, AttachmentFolder, sniff
from backend.cases.step import StaffStep
from backend.cases.stepping import note
from backend.errors import BadInput, UnsupportedMedia
from backend.models.cases import CaseEvent
from backend.models.messages import Attachment
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.messages import File
from backend.vocabulary.step_details import Visit

MOST_PHOTOS = 9
_CLOCK_TOLERANCE = timedelta(minutes=5)  # clocks differ, and a form has no seconds
_NOT_A_PHOTO = "现场照片只收照片，这个文件打不开"


def save_photo(folder: AttachmentFolder, content: bytes) -> File:
    """Store a photo, which is evidence and therefore must open.

    Raises BadInput, TooLarge or UnsupportedMedia.
    """
    folder.refuse_too_large(len(content))
    media_type = sniff(content)
    if content and KINDS.get(media_type) != "photo":
        raise UnsupportedMedia(_NOT_A_PHOTO)
    photo_files.is_upright(content)  # refuses a decompression bomb
    if content and media_type != "image/heic":  # no library here reads it
        _must_open(content)
    return folder.keep(content)


def _must_open(content: bytes) -> None:
    try:
        with Image.open(BytesIO(content)) as image:
            image.verify()
    except (OSError, ValueError, SyntaxError):
        raise UnsupportedMedia(_NOT_A_PHOTO) from None


def record(step: StaffStep[Visit]) -> None:
    """Log a visit and attach its photos. Raises BadInput."""
    session, case = step.session, step.case
    at = _visited_at(step)
    photos = {photo.digest: photo for photo in step.photos}
    if len(photos) > MOST_PHOTOS:
        raise BadInput(f"一次最多 {MOST_PHOTOS} 张照片")
    step.event_details.update(at=at.isoformat(), photos=len(photos))
    note(step)
    event_id = session.scalars(
        select(CaseEvent.id)
        .where(CaseEvent.case_id == case.id, CaseEvent.action == Action.VISIT)
        .order_by(CaseEvent.id.desc())
        .limit(1)
    ).one()
    session.add_all(_attachment(step, event_id, photo) for photo in photos.values())


def _visited_at(step: StaffStep[Visit]) -> datetime:
    try:
        at = datetime.fromisoformat(step.details.at)
    except ValueError:
        raise BadInput("时间要写成 2026-11-26T14:30+08:00 这样") from None
    if at.tzinfo is None:
        raise BadInput("时间要带时区，例如 2026-11-26T14:30+08:00")
    if at > step.now + _CLOCK_TOLERANCE:
        raise BadInput("走访的时间还没有到")
    if at < step.case.registered_at - _CLOCK_TOLERANCE:
        raise BadInput("走访的时间比诉求登记还早")
    return at


def _attachment(step: StaffStep, event_id: int, photo: File) -> Attachment:
    return Attachment(
        event_id=event_id,
        case_id=step.case.id,
        digest=photo.digest,
        media_type=photo.media_type,
        size_bytes=photo.size_bytes,
        created_at=step.now,
    )
