"""Erases residents' recordings after their retention time; transcripts and the log stay."""

import logging
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.attachments.storage import AttachmentFolder
from backend.cases.step import StepContext
from backend.cases.stepping import note
from backend.models.cases import Case
from backend.models.messages import Attachment
from backend.vocabulary.actors import SYSTEM
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.step_details import WithText

log = logging.getLogger(__name__)

BATCH = 200  # recordings in one transaction
ERASED = WithText(Action.ADD_DETAIL, "有一段语音满了保存期，录音已删除")


def erase_old(
    session: Session, folder: AttachmentFolder, *, kept_since: datetime, now: datetime
) -> int:
    """Erase the bytes of recordings from before `kept_since`; returns how many were due."""
    due = session.scalars(
        select(Attachment)
        .where(Attachment.id.in_(_due_here(session, folder, kept_since)))
        .order_by(Attachment.id)
        .with_for_update(key_share=True, skip_locked=True)
    ).all()
    for recording in due:
        recording.erased_at = now
        session.flush()
        if not _is_in_use(session, recording.digest):
            folder.erase(recording.digest)
        if recording.case_id is not None:
            case = session.get_one(Case, recording.case_id)
            note(StepContext(session, case, SYSTEM, now, ERASED))
    return len(due)


def _due_here(session: Session, folder: AttachmentFolder, kept_since: datetime) -> list[int]:
    """Ids of recordings in this folder: no erasure is noted while the bytes lie elsewhere."""
    query = select(Attachment.id, Attachment.digest).where(
        Attachment.media_type.startswith("audio/"),
        Attachment.erased_at.is_(None),
        Attachment.created_at < kept_since,
    )
    due: list[int] = []
    missing = 0
    for row in session.execute(query.order_by(Attachment.id)):
        if not folder.has(row.digest):
            missing += 1
        elif len(due) < BATCH:
            due.append(row.id)
    if missing:
        log.error("recordings to be erased are not in our folder", extra={"recordings": missing})
    return due


def _is_in_use(session: Session, digest: str) -> bool:
    """True if a newer attachment has the same bytes."""
    query = select(Attachment.id).where(Attachment.digest == digest, Attachment.erased_at.is_(None))
    return session.scalar(query.limit(1)) is not None
