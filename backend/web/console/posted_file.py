"""A form with one CSV file, as spreadsheet programs save it."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from backend.database import Database
from backend.errors import BadInput
from backend.models.staff import StaffAccount
from backend.sources.encodings import encoding_in
from backend.web.console.auth import Posted, Visitor, posted_by, visitor_of
from backend.web.forms import written_in

MOST_FIELDS = 10
LARGEST_FILE = 450_000  # bytes; the body's limit is a little more
_Read = TypeVar("_Read")


@dataclass(frozen=True)
class PostedFile:
    posted: Posted
    name: str
    content: bytes

    @property
    def staff(self) -> StaffAccount:
        return self.posted.staff

    def read(self, reader: Callable[[list[str], str], _Read]) -> _Read:
        """What `reader` makes of the lines, with their ends, and the file's name.

        Raises BadInput for a file that is no text, and in place of the reader's ValueError.
        """
        lines = self._lines()
        try:
            return reader(lines, self.name)
        except ValueError as error:
            raise BadInput(f"这份文件不能用，{error}") from error

    def _lines(self) -> list[str]:
        if not self.content:
            raise BadInput("请选一个文件")
        text = "\0"
        with suppress(UnicodeDecodeError):
            text = self.content.decode(encoding_in(BytesIO(self.content)))
        if "\0" in text:
            raise BadInput("这个文件不是 CSV：请在表格软件里另存为 CSV 再传")
        return text.splitlines(keepends=True)


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
