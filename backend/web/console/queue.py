"""Queries of chats that wait for staff."""

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from backend.cases.anonymity import hidden_from
from backend.conversations.service import by_owner
from backend.desk import hand_over, news
from backend.desk.masking import without_numbers
from backend.models.conversations import Conversation, Owner
from backend.models.messages import InboxMessage
from backend.staff.visibility import chats_in_scope
from backend.vocabulary.messages import Body
from backend.web.console.auth import Visitor

MOST_SHOWN = 50


def waiting_count(session: Session, visitor: Visitor) -> int:
    """The number in the navigation."""
    return news.waiting_count(session, visitor.staff)


def waiting(session: Session, visitor: Visitor, number: int) -> list[Conversation]:
    """One page of the queue: dangers first, then who needs care, then by waiting time."""
    query = by_owner(Owner.QUEUE).where(chats_in_scope(visitor.staff))
    return _with_accounts(session, query.offset((number - 1) * MOST_SHOWN))


def claimed_by(session: Session, visitor: Visitor) -> list[Conversation]:
    """Chats that the visitor has claimed."""
    query = by_owner(Owner.STAFF).where(Conversation.staff_id == visitor.staff.id)
    return _with_accounts(session, query)


def of_colleagues(session: Session, visitor: Visitor) -> list[Conversation]:
    """Chats that a supervisor may take over, the longest unanswered first."""
    if not visitor.takes_over_chats:
        return []
    return hand_over.chats_of_colleagues(session, visitor.staff, MOST_SHOWN)


def _with_accounts(session: Session, query: Select[Conversation]) -> list[Conversation]:
    with_account = query.options(joinedload(Conversation.account)).limit(MOST_SHOWN)
    return list(session.scalars(with_account))


def last_words(
    session: Session, visitor: Visitor, conversations: list[Conversation]
) -> dict[int, str]:
    """The resident's last words in each conversation, without residents hidden from the visitor."""
    residents = {row.id: row.account.resident_id for row in conversations}
    hidden = hidden_from(session, visitor.staff, residents.values())
    visible = [chat for chat, resident in residents.items() if resident not in hidden]
    newest = (
        select(func.max(InboxMessage.id))
        .where(InboxMessage.conversation_id.in_(visible))
        .where(_has_words())
        .group_by(InboxMessage.conversation_id)
    )
    rows = session.scalars(select(InboxMessage).where(InboxMessage.id.in_(newest)))
    return {row.conversation_id: without_numbers(Body.of(row.body).words) for row in rows}


def _has_words() -> ColumnElement[bool]:
    """SQL condition: the message has a text or a transcript."""
    transcript = func.coalesce(InboxMessage.body["transcript"]["text"].astext, "")
    return or_(InboxMessage.body["text"].astext.is_not(None), transcript != "")
