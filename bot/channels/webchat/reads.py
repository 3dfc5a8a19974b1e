"""Messages of a web chat as JSON for its page; the first read also checks the page's token."""

from collections.abc import Iterable
from typing import Any

from backend.database import Database
from backend.errors import NotSignedIn
from backend.messaging.web_messages import (
    WebMessage,
    messages_of_account,
    messages_of_conversation,
)
from backend.vocabulary.messages import button_payload

OPEN_AGAIN = "请重新打开页面"

Messages = list[dict[str, Any]]


def first_read(database: Database, account: str, seq: int) -> tuple[int, Messages]:
    """The account's conversation, and its messages after `seq`. Raises NotSignedIn."""
    chat = messages_of_account(database, account, after=seq)
    if chat is None:
        raise NotSignedIn(OPEN_AGAIN)
    conversation_id, messages = chat
    return conversation_id, _as_json(messages)


def next_read(database: Database, conversation_id: int, seq: int) -> Messages:
    """Messages after `seq`, for a page whose token has been checked."""
    return _as_json(messages_of_conversation(database, conversation_id, after=seq))


def _as_json(messages: Iterable[WebMessage]) -> Messages:
    return [
        {
            "seq": message.seq,
            "from": message.source,
            "text": message.text,
            "buttons": [
                {"title": button["title"], "payload": button_payload(message.outbox_id, index)}
                for index, button in enumerate(message.buttons)
            ],
            "case_no": message.case_no,
            "at": message.sent_at.isoformat(),
        }
        for message in messages
    ]
