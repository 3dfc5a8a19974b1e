"""A form with one CSV file, as spreadsheet programs save it."""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from backend.database import Database
from backend.errors import BadInput
from backend.models.staff import StaffAccount
from backend.web.console.auth import Posted, Visitor, posted_by, visitor_of
from backend.web.forms import written_in

MOST_FIELDS = 10
LARGEST_FILE = 450_000  # bytes; the body's limit is a little more


@dataclass(frozen=True)
class PostedFile:
    posted: Posted
    name: str
    content: bytes

    @property
    def staff(self) -> StaffAccount:
        return self.posted.staff

    def lines(self) -> list[str]:
        """The file's lines with their ends. Raises BadInput for a file that is no text."""
        if not self.content:
            raise BadInput("请选一个文件")
        is_utf16 = self.content[:2] in (BOM_UTF16_LE, BOM_UTF16_BE)
        for encoding in ("utf-16",) if is_utf16 else ("utf-8-sig", "gb18030"):
            try:
                text = self.content.decode(encoding)
            except UnicodeDecodeError:
                continue
            if "\0" not in text:
                return text.splitlines(keepends=True)
        raise BadInput("这个文件不是 CSV：请在表格软件里另存为 CSV 再传")


def file_in(database: Database) -> Callable[[Request, Visitor], Awaitable[PostedFile]]:
    """A dependency that raises NotSignedIn, NotAllowed or BadInput."""

    async def read(
        request: Request, visitor: Annotated[Visitor, Depends(visitor_of(database))]
    ) -> PostedFile:
        async with request.form(max_files=1, max_fields=MOST_FIELDS) as form:
            posted = posted_by(visitor, written_in(form))
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise BadInput("请选一个文件")
            if (file.size or 0) > LARGEST_FILE:
                raise BadInput(f"文件太大，最多 {LARGEST_FILE // 1000} KB")
            return PostedFile(posted, (file.filename or "")[:100], await file.read())

    return read
