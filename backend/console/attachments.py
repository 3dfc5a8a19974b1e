"""Residents' files, for those who may see the case or the chat that they came with."""

import mimetypes
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import FileResponse
from sqlalchemy.orm import Session

from backend.api.inputs import BigRowId
from backend.cases.models import Case
from backend.console.pages import PageRoute
from backend.console.visitors import Visitor, visitor_of
from backend.conversations import staffing
from backend.database import Database
from backend.errors import NotFound
from backend.messaging.attachments import KINDS, AttachmentFolder
from backend.messaging.models import Attachment, InboxMessage
from backend.staff.models import StaffAccount
from backend.staff.service import visible_cases


def attachment_routes(database: Database, folder: AttachmentFolder) -> APIRouter:
    routes = APIRouter(route_class=PageRoute)

    @routes.get("/attachments/{attachment_id}")
    def show(
        attachment_id: BigRowId, visitor: Annotated[Visitor, Depends(visitor_of(database))]
    ) -> FileResponse:
        with database.begin() as session:
            attachment = session.get(Attachment, attachment_id)
            if attachment is None or not _may_see(session, visitor.staff, attachment):
                raise NotFound("没有这个附件，或者它不归您的单位")
        return _file(folder, attachment)

    return routes


def _may_see(session: Session, staff: StaffAccount, attachment: Attachment) -> bool:
    case = visible_cases(staff).where(Case.id == attachment.case_id)
    if attachment.case_id is not None and session.scalar(case) is not None:
        return True
    if attachment.inbox_id is None:  # brought back by staff: seen with the case alone
        return False
    message = session.get_one(InboxMessage, attachment.inbox_id)
    return staffing.may_read(message.conversation, staff)


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
