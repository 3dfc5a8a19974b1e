"""Residents' voices are kept as evidence for a set time; their words and the log stay."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.attachments.storage import AttachmentFolder
from backend.cases.step import Details
from backend.cases.stepping import SYSTEM, note
from backend.models.cases import Case
from backend.models.messages import Attachment
from backend.vocabulary.case_lifecycle import Action

BATCH = 200  # recordings in one transaction
ERASED = "有一段语音满了保存期，录音已删除"


def erase_old(
    session: Session, folder: AttachmentFolder, *, kept_since: datetime, now: datetime
) -> int:
    """Erase the bytes of recordings from before `kept_since`; returns how many were due."""
    due = session.scalars(
        select(Attachment)
        .where(
            Attachment.media_type.startswith("audio/"),
            Attachment.erased_at.is_(None),
            Attachment.created_at < kept_since,
        )
        .order_by(Attachment.id)
        .limit(BATCH)
        .with_for_update(key_share=True, skip_locked=True)
    ).all()
    for recording in due:
        recording.erased_at = now
        session.flush()
        if not _is_still_kept(session, recording.digest):
            folder.erase(recording.digest)
        if recording.case_id is not None:
            case = session.get_one(Case, recording.case_id)
            note(session, case, Action.ADD_DETAIL, SYSTEM, Details(text=ERASED), now=now)
    return len(due)


def _is_still_kept(session: Session, digest: str) -> bool:
    """The same bytes may have come again since."""
    again = select(Attachment.id).where(Attachment.digest == digest, Attachment.erased_at.is_(None))
    return session.scalar(again.limit(1)) is not None
