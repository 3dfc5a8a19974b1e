"""Residents' files, for staff who may see their case or chat."""

import mimetypes
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import FileResponse
from sqlalchemy.orm import Session

from backend.attachments.storage import KINDS, AttachmentFolder
from backend.cases.anonymity import hidden_from
from backend.clock import now
from backend.database import Database
from backend.desk import chats
from backend.desk.case_file import REVEALING, sees_phones
from backend.errors import NotFound
from backend.models.cases import Case
from backend.models.conversations import Conversation
from backend.models.messages import Attachment, InboxMessage
from backend.models.staff import StaffAccount
from backend.staff.accounts import audit
from backend.staff.visibility import visible_cases
from backend.web.console.auth import Visitor, visitor_of
from backend.web.console.pages import ConsoleRoute
from backend.web.inputs import BigRowId


def attachment_routes(database: Database, folder: AttachmentFolder) -> APIRouter:
    routes = APIRouter(route_class=ConsoleRoute)

    @routes.get("/attachments/{attachment_id}")
    def show(
        attachment_id: BigRowId, visitor: Annotated[Visitor, Depends(visitor_of(database))]
    ) -> FileResponse:
        with database.begin() as session:
            attachment = session.get(Attachment, attachment_id)
            if attachment is None or not _may_see(session, visitor.staff, attachment, now()):
                raise NotFound("没有这个附件，或者它不归您的单位")
            audit(session, visitor.staff, "see_file", str(attachment_id), now=now())
        return _file(folder, attachment)

    return routes


def _may_see(session: Session, staff: StaffAccount, attachment: Attachment, at: datetime) -> bool:
    chat = _chat_of(session, attachment)
    if chat and chats.has(chat, staff):
        return True
    case = session.get(Case, attachment.case_id) if attachment.case_id is not None else None
    if case is not None and case.anonymous and attachment.media_type.startswith(REVEALING):
        return sees_phones(session, staff, case, now=at)
    visible = visible_cases(staff).where(Case.id == attachment.case_id)
    if case is not None and session.scalar(visible) is not None:
        return True
    if chat is None or not chats.may_read(session, chat, staff):
        return False
    return not hidden_from(session, staff, [chat.account.resident_id])


def _chat_of(session: Session, attachment: Attachment) -> Conversation | None:
    """The conversation of the file; None for a file of staff, which belongs to the case alone."""
    if attachment.inbox_id is None:
        return None
    return session.get_one(InboxMessage, attachment.inbox_id).conversation


def _file(folder: AttachmentFolder, attachment: Attachment) -> FileResponse:
    path = folder.path(attachment.digest)
    if not path.is_file():
        raise NotFound("这个文件已经不在了")
    kind = KINDS.get(attachment.media_type)
    ending = mimetypes.guess_extension(attachment.media_type) or ""
    return FileResponse(
        path,
        media_type=attachment.media_type if kind else "application/octet-stream",
        filename=f"{kind or 'file'}-{attachment.id}{ending}",
        content_disposition_type="inline" if kind else "attachment",
        headers={"X-Content-Type-Options": "nosniff"},
    )
