"""Why a chat waits, in words."""

from backend.models.conversations import Conversation
from backend.vocabulary.queue_codes import QueueCode


def queue_label(conversation: Conversation) -> str:
    """The coded reason, with what the bot or a colleague wrote about it."""
    return label_of(conversation.queue_code, conversation.queue_reason)


def label_of(code: str | None, reason: str | None) -> str:
    """The label of the code, with the reason behind it."""
    label = QueueCode(code or QueueCode.REQUEST).label
    more = (reason or "").removeprefix(f"{label}：")
    return f"{label}：{more}" if more else label
