"""Staff correct the transcript of a recording; both texts are stored for the recogniser."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backend.conversations.service import SAID_TOPIC
from backend.database import wake
from backend.desk import chats
from backend.errors import BadInput, NotFound
from backend.models.messages import Attachment, InboxMessage, TranscriptCorrection
from backend.models.staff import StaffAccount
from backend.staff.accounts import audit
from backend.vocabulary.messages import Body, storable

LONGEST = 2000


def correct(
    session: Session,
    conversation_id: int,
    staff: StaffAccount,
    inbox_id: int,
    text: str,
    *,
    now: datetime,
) -> None:
    """Replace the transcript of a message in the staff's own chat. Raises BadInput or NotFound."""
    chats.require_owner(session, conversation_id, staff)
    message = session.get(InboxMessage, inbox_id)
    transcript = Body.of(message.body).transcript if message else None
    if message is None or transcript is None or message.conversation_id != conversation_id:
        raise NotFound("没有这条语音")
    text = storable(text).strip()
    if not 0 < len(text) <= LONGEST:
        raise BadInput(f"请写听到的话，最多 {LONGEST} 字")
    if text == transcript.text:
        return
    before = transcript.text
    changed = {**message.body["transcript"], "text": text, "is_corrected": True}
    message.body = {**message.body, "transcript": changed}
    session.execute(
        update(Attachment)
        .where(Attachment.inbox_id == inbox_id, Attachment.transcript.is_not(None))
        .values(transcript=changed)
    )
    session.add(
        TranscriptCorrection(
            inbox_id=inbox_id, staff_id=staff.id, before=before, after=text, at=now
        )
    )
    audit(session, staff, "correct_transcript", str(inbox_id), now=now)
    wake(session, f"{SAID_TOPIC}:{conversation_id}")


def corrections(session: Session) -> list[tuple[str, str]]:
    """Both texts of each correction, the oldest first."""
    query = select(TranscriptCorrection.before, TranscriptCorrection.after)
    rows = session.execute(query.order_by(TranscriptCorrection.id))
    return [(before, after) for before, after in rows]
