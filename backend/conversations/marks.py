"""What the resident's page tells of a chat that staff have: which messages it shows, and typing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend.conversations.service import SAID_TOPIC
from backend.database import wake
from backend.models.conversations import ChatMarks, Conversation, Owner
from backend.models.messages import InboxMessage
from backend.models.residents import ChannelAccount

TYPING = timedelta(seconds=10)  # how long a mark of typing counts
AGAIN = timedelta(seconds=5)  # sooner it is not written again


@dataclass(frozen=True)
class Marks:
    """The newest messages that the page has and that it shows, by their place in the chat."""

    got: int = 0
    read: int = 0
    is_typing: bool = False


def note_page(session: Session, channel: str, account: str, marks: Marks, *, now: datetime) -> bool:
    """Store what the page of the account tells. False if there is no such chat.

    Stored for a chat that staff have alone. A place never goes back, nor beyond the last message.
    """
    chat = session.execute(
        select(Conversation.id, Conversation.owner, Conversation.last_seq)
        .join(ChannelAccount, ChannelAccount.id == Conversation.account_id)
        .where(ChannelAccount.channel == channel, ChannelAccount.external_id == account)
    ).one_or_none()
    if chat is None:
        return False
    if chat.owner == Owner.STAFF:
        possible = Marks(
            min(max(marks.got, marks.read), chat.last_seq),
            min(marks.read, chat.last_seq),
            marks.is_typing,
        )
        _store(session, chat.id, possible, now)
    return True


def _store(session: Session, conversation_id: int, marks: Marks, now: datetime) -> None:
    statement = insert(ChatMarks).values(
        conversation_id=conversation_id,
        got_seq=marks.got,
        read_seq=marks.read,
        typing_until=now + TYPING if marks.is_typing else None,
    )
    new = statement.excluded
    until = ChatMarks.typing_until
    begins = and_(
        new.typing_until.is_not(None), or_(until.is_(None), new.typing_until > until + AGAIN)
    )
    result = session.execute(
        statement.on_conflict_do_update(
            index_elements=["conversation_id"],
            set_={
                "got_seq": func.greatest(ChatMarks.got_seq, new.got_seq),
                "read_seq": func.greatest(ChatMarks.read_seq, new.read_seq),
                "typing_until": func.coalesce(new.typing_until, until),
            },
            where=or_(new.got_seq > ChatMarks.got_seq, new.read_seq > ChatMarks.read_seq, begins),
        )
    )
    assert isinstance(result, CursorResult)
    if result.rowcount:
        wake(session, f"{SAID_TOPIC}:{conversation_id}")


def marks_of(session: Session, conversation_id: int, *, now: datetime) -> Marks:
    """The marks of a chat; a message that has arrived since ends the typing."""
    last = select(func.max(InboxMessage.received_at)).where(
        InboxMessage.conversation_id == conversation_id
    )
    row = session.execute(
        select(
            ChatMarks.got_seq,
            ChatMarks.read_seq,
            and_(
                ChatMarks.typing_until > now,
                ChatMarks.typing_until - TYPING
                >= func.coalesce(last.scalar_subquery(), ChatMarks.typing_until - TYPING),
            ),
        ).where(ChatMarks.conversation_id == conversation_id)
    ).one_or_none()
    return Marks(row[0], row[1], bool(row[2])) if row else Marks()
