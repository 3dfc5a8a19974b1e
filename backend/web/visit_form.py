"""Reads a field visit that a caller sends as JSON or as a form with photos."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import FormData, UploadFile

from backend.attachments.storage import AttachmentFolder
from backend.errors import BadInput
from backend.web.bodies import FORM_BYTES, read_body

MOST_JSON_BYTES = 200_000
MOST_FILES = 20  # more than allowed: ten photos give the message with the limit
_FIELDS = ("at", "place", "text")


@dataclass(frozen=True)
class VisitForm:
    fields: Mapping[str, object]
    photos: tuple[bytes, ...] = ()


def most_bytes(folder: AttachmentFolder) -> int:
    """The limit of a visit's form with its photos."""
    return MOST_FILES * folder.limit_bytes + FORM_BYTES


def visit_in(folder: AttachmentFolder) -> Callable[[Request], Awaitable[VisitForm]]:
    """A dependency that raises BadInput or TooLarge."""

    async def read(request: Request) -> VisitForm:
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            return await _form(request, folder)
        body = await read_body(
            request, most_bytes=MOST_JSON_BYTES, problem="写得太长了，请删短一些"
        )
        try:
            fields = json.loads(body or b"{}")
        except (ValueError, RecursionError):
            raise BadInput("不是合法的 JSON") from None
        if not isinstance(fields, dict):
            raise BadInput("这几项不对：内容")
        return VisitForm(fields)

    return read


async def _form(request: Request, folder: AttachmentFolder) -> VisitForm:
    async with request.form(max_files=MOST_FILES, max_fields=len(_FIELDS)) as form:
        fields = {name: form.get(name) for name in _FIELDS}
        photos = await photos_in(form, folder)
    return VisitForm(fields, photos)


async def photos_in(form: FormData, folder: AttachmentFolder) -> tuple[bytes, ...]:
    """The uploaded photos. Raises TooLarge before a photo is read into memory."""
    uploads = (entry for entry in form.getlist("photos") if isinstance(entry, UploadFile))
    files = [upload for upload in uploads if upload.filename]  # an empty field has no name
    for file in files:
        folder.refuse_too_large(file.size or 0)
    return tuple([await file.read() for file in files])
