"""The transcript of a chat for staff: the newest messages of both sides."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.desk.chats import has
from backend.desk.masking import without_numbers, without_query_codes
from backend.messaging.chat_log import transcript as transcript_rows
from backend.models.conversations import ChatMarks, Conversation
from backend.models.messages import Attachment, Delivery, InboxMessage, OutboxMessage, Source
from backend.models.staff import Role, StaffAccount
from backend.staff.permissions import SEES_PHONES
from backend.vocabulary.messages import Body, Pin, Transcript, parse_button_payload

RESIDENT = "resident"
UNKNOWN_BUTTON = "（按了一个按钮）"
FROM_MENU = "（点了菜单）"
FILE_MISSING = "（发来的文件没有收下）"


@dataclass(frozen=True)
class ChatMessage:
    """One message; `delivery`, `mark` and `problem` are set for outgoing messages only."""

    key: str
    at: datetime
    source: str  # resident, bot, staff, system
    text: str
    pin: Pin | None = None
    files: tuple[Attachment, ...] = ()
    transcript: Transcript | None = None  # of a recording among the files
    delivery: str | None = None
    problem: str | None = None
    mark: str = ""  # of a message of staff: sent; in the web chat then got and read
    case_no: str | None = None

    @property
    def is_undelivered(self) -> bool:
        return self.delivery in {Delivery.HELD, Delivery.GAVE_UP}


def messages_of(
    session: Session, conversation: Conversation, staff: StaffAccount
) -> list[ChatMessage]:
    """The newest hundred messages, oldest first.

    Phone numbers are masked unless the staff have claimed the chat or their role sees phones.
    """
    rows = transcript_rows(session, conversation.id)
    files = _files(session, [row.id for row in rows if isinstance(row, InboxMessage)])
    sent_messages = {row.id: row for row in rows if isinstance(row, OutboxMessage)}
    has_staff = any(row.source == Source.STAFF for row in sent_messages.values())
    marks = session.get(ChatMarks, conversation.id) if has_staff else None
    messages = [
        _outgoing(row, marks)
        if isinstance(row, OutboxMessage)
        else _incoming(row, files.get(row.id, ()), sent_messages)
        for row in rows
    ]
    if has(conversation, staff) or Role(staff.role) in SEES_PHONES:
        return messages
    return [_mask_phones(message) for message in messages]


def _mask_phones(message: ChatMessage) -> ChatMessage:
    transcript = message.transcript
    return replace(
        message,
        text=without_numbers(message.text),
        transcript=transcript and replace(transcript, text=without_numbers(transcript.text)),
    )


def _files(session: Session, inbox_ids: list[int]) -> dict[int, tuple[Attachment, ...]]:
    files: dict[int, tuple[Attachment, ...]] = {}
    query = select(Attachment).where(Attachment.inbox_id.in_(inbox_ids)).order_by(Attachment.id)
    for row in session.scalars(query):
        assert row.inbox_id is not None
        files[row.inbox_id] = (*files.get(row.inbox_id, ()), row)
    return files


def _outgoing(row: OutboxMessage, marks: ChatMarks | None) -> ChatMessage:
    return ChatMessage(
        key=f"o{row.id}",
        at=row.created_at,
        source=row.source,
        text=without_query_codes(row.text),
        delivery=row.status,
        problem=row.problem,
        mark=_mark(row, marks) if row.source == Source.STAFF else "",
        case_no=row.case_no,
    )


def _mark(row: OutboxMessage, marks: ChatMarks | None) -> str:
    if row.status != Delivery.SENT or row.seq is None:
        return ""
    if marks is None or row.seq > marks.got_seq:
        return "sent"
    return "read" if row.seq <= marks.read_seq else "got"


def _incoming(
    row: InboxMessage, files: tuple[Attachment, ...], sent_messages: dict[int, OutboxMessage]
) -> ChatMessage:
    body = Body.of(row.body)
    text = body.own_words or _button_title(body, sent_messages)
    if body.files and not files and row.done_at is not None:
        text = f"{text}\n{FILE_MISSING}".strip()
    return ChatMessage(
        key=f"i{row.id}",
        at=row.received_at,
        source=RESIDENT,
        text=text,
        pin=body.pin,
        files=files,
        transcript=body.transcript,
    )


def _button_title(body: Body, sent_messages: dict[int, OutboxMessage]) -> str:
    """The title of the button that was pressed, in brackets; empty when none was."""
    if body.intent:
        return FROM_MENU
    if body.payload is None:
        return ""
    button = parse_button_payload(body.payload)
    if button is None:
        return UNKNOWN_BUTTON
    outbox_id, index = button
    row = sent_messages.get(outbox_id)
    if row is None or index >= len(row.buttons):
        return UNKNOWN_BUTTON
    return f"［{row.buttons[index]['title']}］"
