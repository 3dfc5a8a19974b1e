"""What a member of staff must know on every page: who waits, who is in danger, what is new."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.conversations.service import is_alarm
from backend.desk.queue_labels import label_of
from backend.desk.viewers import presence_mark
from backend.models.conversations import Conversation, Owner
from backend.models.messages import Delivery, InboxMessage, OutboxMessage
from backend.models.staff import Role, StaffAccount
from backend.staff.permissions import ANSWERS_CHATS
from backend.staff.visibility import chats_in_scope
from backend.vocabulary.queue_codes import QueueCode

MOST_ALARMS = 5


@dataclass(frozen=True)
class Alarm:
    """A chat in danger that nobody has claimed."""

    chat: int
    what: str
    since: str  # ISO 8601


@dataclass(frozen=True)
class News:
    waiting: int
    urgent: int
    alarms: tuple[Alarm, ...]  # newest first
    chat: str = ""  # changes with the open chat

    @property
    def digest(self) -> str:
        """Equal for equal news: the id of the event that carries it."""
        return hashlib.sha256(self.as_json().encode()).hexdigest()[:16]

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


def waiting_count(session: Session, staff: StaffAccount) -> int:
    """Chats in the queue that the staff may claim; 0 for a role that answers none."""
    if Role(staff.role) not in ANSWERS_CHATS:
        return 0
    query = select(func.count(Conversation.id)).where(
        Conversation.owner == Owner.QUEUE, chats_in_scope(staff)
    )
    return session.scalar(query) or 0


def read_news(session: Session, staff: StaffAccount) -> News:
    """The news of the chats that the staff may claim."""
    alarms = _alarms(session, staff)
    newest = tuple(Alarm(id, reason, at.isoformat()) for id, reason, at in alarms[:MOST_ALARMS])
    return News(waiting_count(session, staff), len(alarms), newest)


def _alarms(session: Session, staff: StaffAccount) -> Sequence[tuple[int, str, datetime]]:
    """(chat, reason, since when it waits), newest first."""
    query = (
        select(Conversation.id, Conversation.queue_reason, Conversation.queued_at)
        .where(Conversation.owner == Owner.QUEUE, is_alarm(), chats_in_scope(staff))
        .order_by(Conversation.queued_at.desc(), Conversation.id.desc())
    )
    rows = session.execute(query)
    return [(id, label_of(QueueCode.EMERGENCY, reason), at) for id, reason, at in rows if at]


def news_key(staff: StaffAccount) -> str:
    """Equal for staff who see the same chats: all of the root unit, else one person."""
    return "root" if staff.unit.parent_code is None else staff.username


def chat_mark(session: Session, conversation_id: int, *, now: datetime) -> str:
    """A mark that changes with the messages of the chat, their delivery, its owner and viewers."""
    chat = session.get_one(Conversation, conversation_id)
    received = select(func.max(InboxMessage.id)).where(
        InboxMessage.conversation_id == conversation_id
    )
    sent, pending = session.execute(
        select(
            func.max(OutboxMessage.id),
            func.count().filter(OutboxMessage.status != Delivery.SENT),
        ).where(OutboxMessage.conversation_id == conversation_id)
    ).one()
    presence = presence_mark(session, conversation_id, now=now)
    return f"{session.scalar(received)}-{sent}-{pending}-{chat.owner}-{chat.staff_id}-{presence}"
