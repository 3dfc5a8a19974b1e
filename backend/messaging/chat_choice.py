"""Where a resident is told of progress, when they write on several channels."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.conversations.service import chats_of
from backend.messaging import quota_log
from backend.messaging.quota import QUOTAS, paying
from backend.models.conversations import Conversation
from backend.models.messages import InboxMessage

WEB = "web"
# The page comes and fetches its messages: one that is due is as good as sent.
FETCHING_CHANNELS = frozenset({WEB})


def chat_to_tell(
    session: Session,
    home_id: int,
    resident_id: int,
    *,
    now: datetime,
    is_reply: bool,
    ordinary: bool,
) -> Conversation:
    """The chat that a push goes to, of a case that was lodged in `home_id`.

    An answer goes where they wrote last. Other news goes where they asked for it, or else
    where they wrote last; when that cannot be reached, to one that can.
    """
    chats = chats_of(session, resident_id)
    home = session.get_one(Conversation, home_id)  # one of them, unless the chats were parted
    if len(chats) < 2:
        return home
    chats = _by_preference(session, chats, home, wishes=not is_reply)
    first = chats[0]
    if is_reply or first.account.channel in FETCHING_CHANNELS:
        return first
    able = (chat for chat in chats if _reaches(session, chat, now, ordinary=ordinary))
    return next(able, first)


def elsewhere(
    session: Session, chat: Conversation, *, now: datetime, ordinary: bool
) -> Conversation | None:
    """Another chat of the same resident that what cannot be told in `chat` reaches now."""
    chats = chats_of(session, chat.account.resident_id)
    if len(chats) < 2:
        return None
    others = [
        other
        for other in _by_preference(session, chats, chat, wishes=True)
        if other.id != chat.id and _reaches(session, other, now, ordinary=ordinary)
    ]
    return others[0] if others else None


def _by_preference(
    session: Session, chats: list[Conversation], home: Conversation, *, wishes: bool
) -> list[Conversation]:
    """First where they last asked for news, if `wishes` count; then where they last wrote."""
    heard = session.execute(
        select(InboxMessage.conversation_id, func.max(InboxMessage.id))
        .where(InboxMessage.conversation_id.in_([chat.id for chat in chats]))
        .group_by(InboxMessage.conversation_id)
    )
    last = {row[0]: row[1] for row in heard}

    def rank(chat: Conversation) -> tuple[float, int, bool]:
        wish = chat.account.preferred_at if wishes else None
        return (wish.timestamp() if wish else 0.0, last.get(chat.id, 0), chat.id == home.id)

    return sorted(chats, key=rank, reverse=True)


def _reaches(session: Session, chat: Conversation, now: datetime, *, ordinary: bool) -> bool:
    """Whether it would be seen without their coming to look for it."""
    account = chat.account
    if account.blocked_at or account.channel in FETCHING_CHANNELS:
        return False
    if account.channel not in QUOTAS:
        return True
    return paying(quota_log.of_account(session, account), now, ordinary=ordinary) is not None
