"""The form of a field visit, the only one with files."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from backend.attachments.storage import AttachmentFolder
from backend.database import Database
from backend.web.console.auth import Posted, Visitor, posted_by, visitor_of
from backend.web.forms import written_in
from backend.web.visit_form import MOST_FILES, photos_in

MOST_FIELDS = 10


@dataclass(frozen=True)
class PostedVisit:
    posted: Posted
    photos: tuple[bytes, ...]


def visit_in(
    database: Database, folder: AttachmentFolder
) -> Callable[[Request, Visitor], Awaitable[PostedVisit]]:
    """A dependency that raises NotSignedIn, NotAllowed or TooLarge."""

    async def read(
        request: Request, visitor: Annotated[Visitor, Depends(visitor_of(database))]
    ) -> PostedVisit:
        async with request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS) as form:
            posted = posted_by(visitor, written_in(form))
            return PostedVisit(posted, await photos_in(form, folder))

    return read
