"""Why a chat waits, in words."""

from backend.models.conversations import Conversation
from backend.vocabulary.queue_codes import QueueCode


def queue_label(conversation: Conversation) -> str:
    """The coded reason, with what the bot or a colleague wrote about it."""
    label = QueueCode(conversation.queue_code or QueueCode.REQUEST).label
    reason = (conversation.queue_reason or "").removeprefix(f"{label}：")
    return f"{label}：{reason}" if reason else label
