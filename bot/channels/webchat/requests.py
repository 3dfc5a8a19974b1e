"""Checks what a chat page sends and makes an `Incoming` message of it."""

import json
import re
from typing import Annotated, Any

from fastapi import Request
from pydantic import BaseModel, BeforeValidator, Field, ValidationError, model_validator
from starlette.datastructures import UploadFile

from backend.attachments.storage import AttachmentFolder
from backend.clock import now
from backend.errors import BadInput
from backend.messaging.outbox import WEB
from backend.vocabulary.messages import MOST_TEXT, File, Incoming, Pin, storable
from backend.web.bodies import read_body
from bot.channels.webchat.threads import in_thread

MOST_JSON_BYTES = 200_000
MESSAGE_ID = r"[\x21-\x7e]{1,64}"  # printable ASCII
# A page may cut an emoji in half; the broken half is removed, the rest of the text kept.
Storable = BeforeValidator(lambda value: storable(value) if isinstance(value, str) else value)
MessageId = Annotated[str, Field(pattern=rf"^{MESSAGE_ID}$")]


class NewSession(BaseModel):
    scene: Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9_-]*$")] | None = None
    elder: bool = False  # the page was opened in large type


class MarksIn(BaseModel):
    """The newest messages that the page has and that stood on it while it was visible."""

    got: Annotated[int, Field(ge=0, le=2**62)] = 0
    read: Annotated[int, Field(ge=0, le=2**62)] = 0
    typing: bool = False


class PinIn(BaseModel):
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    label: Annotated[str, Storable, Field(max_length=200)] | None = None


class MessageIn(BaseModel):
    message_id: MessageId
    text: Annotated[str, Storable, Field(max_length=MOST_TEXT)] | None = None
    payload: Annotated[str, Storable, Field(max_length=64)] | None = None
    location: PinIn | None = None

    @model_validator(mode="after")
    def one_content(self) -> "MessageIn":
        if sum(part is not None for part in (self.text, self.payload, self.location)) != 1:
            raise ValueError("text、payload、location 三者须有且只有一个")
        return self


def is_upload(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith("multipart/form-data")


async def message_from(request: Request, account: str) -> Incoming:
    """A text, a button press or a position sent as JSON. Raises BadInput or TooLarge."""
    message = _parsed(await _json(request))
    pin = message.location
    return Incoming(
        channel=WEB,
        account=account,
        external_id=_external_id(account, message.message_id),
        sent_at=now(),
        text=message.text,
        payload=message.payload,
        pin=Pin(pin.latitude, pin.longitude, pin.label) if pin else None,
    )


async def upload_from(request: Request, account: str, folder: AttachmentFolder) -> Incoming:
    """A file sent as a multipart form; the file is stored.

    Raises BadInput, TooLarge or UnsupportedMedia.
    """
    async with request.form(max_files=1, max_fields=4) as form:
        message_id, file = form.get("message_id"), form.get("file")
        if not isinstance(message_id, str) or not re.fullmatch(MESSAGE_ID, message_id):
            raise BadInput("缺少 message_id，或者它不合格")
        if not isinstance(file, UploadFile):
            raise BadInput("缺少文件")
        folder.refuse_too_large(file.size or 0)  # before it is read into memory
        stored_file: File = await in_thread(folder.keep, await file.read())
    return Incoming(
        channel=WEB,
        account=account,
        external_id=_external_id(account, message_id),
        sent_at=now(),
        files=(stored_file,),
    )


def _external_id(account: str, message_id: str) -> str:
    return f"{account[:16]}:{message_id}"


async def _json(request: Request) -> Any:
    problem = f"一条消息最多 {MOST_TEXT} 字"
    body = await read_body(request, most_bytes=MOST_JSON_BYTES, problem=problem)
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadInput("不是合法的 JSON") from error


def _parsed(body: Any) -> MessageIn:
    try:
        return MessageIn.model_validate(body)
    except ValidationError as error:
        fields = "、".join(".".join(map(str, e["loc"])) or "消息" for e in error.errors())
        raise BadInput(f"这几项不对：{fields}（文字最多 {MOST_TEXT} 字）") from error
