"""What was said in a chat, by whom and when."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.desk.case_file import SEES_PHONES, without_phones
from backend.desk.chats import has
from backend.messaging.chat_log import transcript
from backend.models.conversations import Conversation
from backend.models.messages import Attachment, Delivery, InboxMessage, OutboxMessage
from backend.models.staff import Role, StaffAccount
from backend.vocabulary.messages import Body, Pin, Transcript, parse_button_payload

RESIDENT = "resident"
UNKNOWN_BUTTON = "（按了一个按钮）"
FROM_MENU = "（点了菜单）"
FILE_MISSING = "（发来的文件没有收下）"


@dataclass(frozen=True)
class Said:
    """One message; `delivery` and `problem` are of ours alone."""

    key: str
    at: datetime
    source: str  # resident, bot, staff, system
    text: str
    pin: Pin | None = None
    files: tuple[Attachment, ...] = ()
    transcript: Transcript | None = None  # of a recording among the files
    delivery: str | None = None
    problem: str | None = None
    case_no: str | None = None

    @property
    def is_undelivered(self) -> bool:
        return self.delivery in {Delivery.HELD, Delivery.GAVE_UP}


def said_in(session: Session, conversation: Conversation, staff: StaffAccount) -> list[Said]:
    """The newest hundred messages of both sides, oldest first.

    Phone numbers are whole for whoever has the chat, and for roles that ring residents.
    """
    rows = transcript(session, conversation.id)
    files = _files(session, [row.id for row in rows if isinstance(row, InboxMessage)])
    told = {row.id: row for row in rows if isinstance(row, OutboxMessage)}
    said = [
        _told(row) if isinstance(row, OutboxMessage) else _heard(row, files, told) for row in rows
    ]
    if has(conversation, staff) or Role(staff.role) in SEES_PHONES:
        return said
    return [_masked(one) for one in said]


def _masked(said: Said) -> Said:
    heard = said.transcript
    return replace(
        said,
        text=without_phones(said.text),
        transcript=heard and replace(heard, text=without_phones(heard.text)),
    )


def _files(session: Session, inbox_ids: list[int]) -> dict[int, tuple[Attachment, ...]]:
    found: dict[int, tuple[Attachment, ...]] = {}
    query = select(Attachment).where(Attachment.inbox_id.in_(inbox_ids)).order_by(Attachment.id)
    for row in session.scalars(query):
        assert row.inbox_id is not None
        found[row.inbox_id] = (*found.get(row.inbox_id, ()), row)
    return found


def _told(row: OutboxMessage) -> Said:
    return Said(
        key=f"o{row.id}",
        at=row.created_at,
        source=row.source,
        text=row.text,
        delivery=row.status,
        problem=row.problem,
        case_no=row.case_no,
    )


def _heard(
    row: InboxMessage, files: dict[int, tuple[Attachment, ...]], told: dict[int, OutboxMessage]
) -> Said:
    body = Body.of(row.body)
    own = files.get(row.id, ())
    text = body.said or _pressed(body, told)
    if body.files and not own and row.done_at is not None:
        text = f"{text}\n{FILE_MISSING}".strip()
    return Said(
        key=f"i{row.id}",
        at=row.received_at,
        source=RESIDENT,
        text=text,
        pin=body.pin,
        files=own,
        transcript=body.transcript,
    )


def _pressed(body: Body, told: dict[int, OutboxMessage]) -> str:
    """The words on the button that was pressed."""
    if body.intent:
        return FROM_MENU
    if body.payload is None:
        return ""
    place = parse_button_payload(body.payload)
    row = told.get(place[0]) if place else None
    if place is None or row is None or place[1] >= len(row.buttons):
        return UNKNOWN_BUTTON
    return f"［{row.buttons[place[1]]['title']}］"
