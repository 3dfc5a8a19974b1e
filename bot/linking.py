"""Several chats of one resident: 绑定, 解绑, and where progress is told."""

import re
from datetime import datetime

from sqlalchemy.orm import Session

from backend.conversations.models import Conversation
from backend.conversations.service import chats_of
from backend.errors import BadInput
from backend.messaging import outbox
from backend.messaging.messages import Button
from backend.messaging.models import InboxMessage
from backend.residents import linking
from bot import texts
from bot.turn import HandledBy, Reply

LINK = re.compile(r"绑定[\s:：]*([0-9A-Za-z]*)")  # 绑定银行卡 is a question, not a code
UNLINK = re.compile(r"(?:解绑|解除绑定|取消绑定|不绑了)")
NEWS = "(?:进展|进度|消息|通知)"
HERE = "(?:这里|这儿|这边|这个聊天)"
PREFER = re.compile(
    rf"(?:请|麻烦)?(?:以后|今后)?(?:把|的|有)*{NEWS}(?:都|就|请)*(?:发|发到|发在|送到){HERE}吧?"
)


def answer(session: Session, message: InboxMessage, words: str, *, now: datetime) -> Reply | None:
    """The reply to words about linking; None for any others."""
    said = words.strip().rstrip("。！!.~")
    if link := LINK.fullmatch(said):
        if link[1]:
            return _link(session, message, link[1], now)
        return _give_code(session, message.conversation, now)
    if UNLINK.fullmatch(said):
        return _unlink(session, message, now)
    if PREFER.fullmatch(said):
        message.conversation.account.preferred_at = now
        return Reply(HandledBy.RULES, texts.PROGRESS_COMES_HERE)
    return None


def _give_code(session: Session, conversation: Conversation, now: datetime) -> Reply:
    code = linking.make_code(session, conversation.account.resident_id, now=now)
    return Reply(HandledBy.RULES, texts.LINK_CODE.format(code=code))


def _link(session: Session, message: InboxMessage, code: str, now: datetime) -> Reply:
    chat = message.conversation
    try:
        is_new = linking.link(session, chat.account, code, now=now)
    except BadInput as wrong:
        return Reply(HandledBy.RULES, wrong.message)
    if not is_new:
        return Reply(HandledBy.RULES, texts.LINKED_ALREADY)
    outbox.let_go_of_held(session, chat.account.resident_id, chat.id)
    _tell_others(session, message, texts.LINKED_HERE, chat.account.resident_id, now)
    here = Button(texts.PROGRESS_HERE, texts.PROGRESS_HERE)
    return Reply(HandledBy.RULES, texts.LINKED, [here])


def _unlink(session: Session, message: InboxMessage, now: datetime) -> Reply:
    chat = message.conversation
    left = chat.account.resident_id
    if not linking.unlink(session, chat, now=now):
        return Reply(HandledBy.RULES, texts.NOT_LINKED)
    outbox.bring_home(session, [left, chat.account.resident_id])
    _tell_others(session, message, texts.UNLINKED_HERE, left, now)
    return Reply(HandledBy.RULES, texts.UNLINKED)


def _tell_others(
    session: Session, message: InboxMessage, text: str, resident_id: int, now: datetime
) -> None:
    """Whoever holds the resident's other chats learns of it there, once."""
    told = text.format(channel=texts.CHANNEL_NAMES.get(message.channel, texts.OTHER_CHANNEL))
    for chat in chats_of(session, resident_id):
        if chat.id != message.conversation_id:
            key = f"linking:{message.id}:{chat.id}"
            outbox.reply(session, chat, told, now=now, dedupe_key=key)
