"""Chats that wait for a person."""

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from backend.api.case_file import without_phones
from backend.console.visitors import Visitor
from backend.conversations.models import Conversation, Owner
from backend.conversations.service import by_owner
from backend.messaging.messages import Body
from backend.messaging.models import InboxMessage

MOST_SHOWN = 50
DANGER = "紧急"  # how `bot` begins the reason when somebody is in danger


def waiting_count(session: Session, visitor: Visitor) -> int:
    """For the badge in the navigation; 0 for who does not answer chats."""
    if not visitor.answers_chats:
        return 0
    query = select(func.count(Conversation.id)).where(Conversation.owner == Owner.QUEUE)
    return session.scalar(query) or 0


def waiting(session: Session) -> list[Conversation]:
    """Danger first, then who waits longest."""
    in_danger = func.coalesce(Conversation.queue_reason.startswith(DANGER), False)
    query = by_owner(Owner.QUEUE).order_by(None)
    ordered = query.order_by(in_danger.desc(), Conversation.queued_at, Conversation.id)
    return _with_accounts(session, ordered)


def held_by(session: Session, visitor: Visitor) -> list[Conversation]:
    query = by_owner(Owner.STAFF).where(Conversation.staff_id == visitor.staff.id)
    return _with_accounts(session, query)


def _with_accounts(session: Session, query: Select[Conversation]) -> list[Conversation]:
    with_account = query.options(joinedload(Conversation.account)).limit(MOST_SHOWN)
    return list(session.scalars(with_account))


def last_words(session: Session, conversations: list[Conversation]) -> dict[int, str]:
    """What the resident wrote last in each conversation."""
    newest = (
        select(func.max(InboxMessage.id))
        .where(InboxMessage.conversation_id.in_([row.id for row in conversations]))
        .where(_has_words())
        .group_by(InboxMessage.conversation_id)
    )
    rows = session.scalars(select(InboxMessage).where(InboxMessage.id.in_(newest)))
    return {row.conversation_id: without_phones(Body.of(row.body).words) for row in rows}


def _has_words() -> ColumnElement[bool]:
    """Typed or said."""
    said = func.coalesce(InboxMessage.body["transcript"]["text"].astext, "")
    return or_(InboxMessage.body["text"].astext.is_not(None), said != "")
