"""Who has a chat on the screen, and who is writing in it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.conversations.marks import AGAIN, TYPING, marks_of
from backend.conversations.service import SAID_TOPIC, TYPING_TOPIC
from backend.database import wake
from backend.desk import chats
from backend.models.conversations import ChatViewer, Conversation, Owner
from backend.models.staff import StaffAccount

LOOKING = timedelta(seconds=45)  # since the page was last heard of; it is heard of every 15


@dataclass(frozen=True)
class Viewer:
    staff_id: int
    name: str
    is_typing: bool


@dataclass(frozen=True)
class Presence:
    """Whether the resident types, and which colleagues have the chat on the screen."""

    is_resident_typing: bool
    viewers: tuple[Viewer, ...]


def note_view(
    session: Session,
    conversation_id: int,
    staff: StaffAccount,
    *,
    now: datetime,
    is_typing: bool = False,
) -> None:
    """The page is open; with `is_typing` a reply is being written, which the resident is shown."""
    old = session.execute(
        select(ChatViewer.seen_at, ChatViewer.typing_until).where(
            ChatViewer.conversation_id == conversation_id, ChatViewer.staff_id == staff.id
        )
    ).one_or_none()
    is_new = old is None or old.seen_at < now - LOOKING
    until = old.typing_until if old else None
    begins = is_typing and (until is None or until < now + AGAIN)
    if old and not (is_new or begins) and old.seen_at > now - AGAIN:
        return
    _store(session, conversation_id, staff, now, now + TYPING if begins else until)
    if is_new or begins:
        wake(session, f"{SAID_TOPIC}:{conversation_id}")
    if begins:
        wake(session, f"{TYPING_TOPIC}:{conversation_id}")


def _store(
    session: Session,
    conversation_id: int,
    staff: StaffAccount,
    now: datetime,
    typing_until: datetime | None,
) -> None:
    look = {"seen_at": now, "typing_until": typing_until}
    session.execute(
        insert(ChatViewer)
        .values(conversation_id=conversation_id, staff_id=staff.id, **look)
        .on_conflict_do_update(index_elements=["conversation_id", "staff_id"], set_=look)
    )


def note_typing(
    session: Session, conversation_id: int, staff: StaffAccount, *, now: datetime
) -> None:
    """The staff write a reply; nothing is noted of a chat that they do not have."""
    if chats.has(chats.require_readable(session, conversation_id, staff), staff):
        note_view(session, conversation_id, staff, now=now, is_typing=True)


def viewers_of(
    session: Session, chat_ids: Iterable[int], *, now: datetime, but: StaffAccount | None = None
) -> dict[int, tuple[Viewer, ...]]:
    """Who looks at each of the chats, `but` for one."""
    query = select(ChatViewer).where(
        ChatViewer.conversation_id.in_(list(chat_ids)), ChatViewer.seen_at > now - LOOKING
    )
    if but is not None:
        query = query.where(ChatViewer.staff_id != but.id)
    viewers: dict[int, tuple[Viewer, ...]] = defaultdict(tuple)
    for row in session.scalars(query.order_by(ChatViewer.staff_id)):
        is_typing = row.typing_until is not None and row.typing_until > now
        viewer = Viewer(row.staff_id, row.staff.display_name, is_typing)
        viewers[row.conversation_id] += (viewer,)
    return dict(viewers)


def presence_of(
    session: Session, conversation: Conversation, staff: StaffAccount, *, now: datetime
) -> Presence:
    """Who is in the chat besides the staff."""
    viewers = viewers_of(session, [conversation.id], now=now, but=staff)
    is_typing = (
        conversation.owner == Owner.STAFF and marks_of(session, conversation.id, now=now).is_typing
    )
    return Presence(is_typing, viewers.get(conversation.id, ()))


def presence_mark(session: Session, conversation_id: int, *, now: datetime) -> str:
    """A mark that changes with who looks and types, and with what the resident's page shows."""
    marks = marks_of(session, conversation_id, now=now)
    viewers = viewers_of(session, [conversation_id], now=now).get(conversation_id, ())
    people = ",".join(f"{one.staff_id}{'+' if one.is_typing else ''}" for one in viewers)
    return f"{marks.got}.{marks.read}.{marks.is_typing:d}.{people}"
