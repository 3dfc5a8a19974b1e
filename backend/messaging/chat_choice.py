"""Chooses the chat for an update when a resident uses several channels."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.conversations.service import chats_of
from backend.messaging import quota_log
from backend.messaging.quota import QUOTAS, paying
from backend.models.conversations import Conversation
from backend.models.messages import InboxMessage

WEB = "web"
# The web page fetches its messages itself, so a due message counts as sent.
FETCHING_CHANNELS = frozenset({WEB})


def chat_to_notify(
    session: Session,
    home_id: int,
    resident_id: int,
    *,
    now: datetime,
    is_reply: bool,
    ordinary: bool,
) -> Conversation:
    """The chat for a push about a case that was lodged in the conversation `home_id`.

    A reply goes to the chat with the resident's latest message. Another update goes to the
    preferred chat, else to the chat with the latest message; if that chat cannot be reached,
    to one that can. `ordinary` updates may not use the last message of a quota.
    """
    chats = chats_of(session, resident_id)
    home = session.get_one(Conversation, home_id)  # in `chats`, unless the accounts were unlinked
    if len(chats) < 2:
        return home
    chats = _by_preference(session, chats, home, wishes=not is_reply)
    first = chats[0]
    is_on_page = first.account.channel in FETCHING_CHANNELS and not first.account.blocked_at
    if is_reply or is_on_page:
        return first
    reachable = (chat for chat in chats if _is_reachable(session, chat, now, ordinary=ordinary))
    return next(reachable, first)


def elsewhere(
    session: Session, chat: Conversation, *, now: datetime, ordinary: bool
) -> Conversation | None:
    """Another chat of the same resident that can be reached now; None if there is none."""
    chats = chats_of(session, chat.account.resident_id)
    if len(chats) < 2:
        return None
    others = [
        other
        for other in _by_preference(session, chats, chat, wishes=True)
        if other.id != chat.id and _is_reachable(session, other, now, ordinary=ordinary)
    ]
    return others[0] if others else None


def _by_preference(
    session: Session, chats: list[Conversation], home: Conversation, *, wishes: bool
) -> list[Conversation]:
    """The most recently preferred chat first (if `wishes`), then by the latest message."""
    rows = session.execute(
        select(InboxMessage.conversation_id, func.max(InboxMessage.id))
        .where(InboxMessage.conversation_id.in_([chat.id for chat in chats]))
        .group_by(InboxMessage.conversation_id)
    )
    last = {row[0]: row[1] for row in rows}

    def rank(chat: Conversation) -> tuple[float, int, bool]:
        wish = chat.account.preferred_at if wishes else None
        return (wish.timestamp() if wish else 0.0, last.get(chat.id, 0), chat.id == home.id)

    return sorted(chats, key=rank, reverse=True)


def _is_reachable(session: Session, chat: Conversation, now: datetime, *, ordinary: bool) -> bool:
    """True if the channel would deliver a message now; a web page only fetches messages."""
    account = chat.account
    if account.blocked_at or account.channel in FETCHING_CHANNELS:
        return False
    if account.channel not in QUOTAS:
        return True
    return paying(quota_log.of_account(session, account), now, ordinary=ordinary) is not None
