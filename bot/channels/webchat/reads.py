"""What a page reads: its token and its messages, in one statement."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, and_, bindparam, select

from backend.database import Database
from backend.errors import NotSignedIn
from backend.messaging.outbox import WEB
from backend.models.conversations import Conversation
from backend.models.messages import OutboxMessage
from backend.models.residents import ChannelAccount
from backend.vocabulary.messages import button_payload

OPEN_AGAIN = "请重新打开页面"

_COLUMNS = (
    OutboxMessage.seq,
    OutboxMessage.source,
    OutboxMessage.text,
    OutboxMessage.buttons,
    OutboxMessage.case_no,
    OutboxMessage.sent_at,
    OutboxMessage.id,
)
_IS_NEW = OutboxMessage.seq > bindparam("seq", type_=BigInteger)
_OF_ACCOUNT = (
    select(Conversation.id, *_COLUMNS)
    .select_from(ChannelAccount)
    .join(Conversation, Conversation.account_id == ChannelAccount.id)
    # A chat with nothing new gives one row without a message.
    .outerjoin(OutboxMessage, and_(OutboxMessage.conversation_id == Conversation.id, _IS_NEW))
    .where(ChannelAccount.channel == WEB, ChannelAccount.external_id == bindparam("account"))
    .order_by(OutboxMessage.seq)
)
_OF_CONVERSATION = (
    select(*_COLUMNS)
    .where(OutboxMessage.conversation_id == bindparam("conversation_id"), _IS_NEW)
    .order_by(OutboxMessage.seq)
)
Messages = list[dict[str, Any]]


class _Row(NamedTuple):
    seq: int
    source: str
    text: str
    buttons: list[dict[str, Any]]
    case_no: str | None
    sent_at: datetime
    outbox_id: int


def first_read(database: Database, account: str, seq: int) -> tuple[int, Messages]:
    """The account's conversation, and its messages after `seq`. Raises NotSignedIn."""
    with database.reading() as connection:
        rows = connection.execute(_OF_ACCOUNT, {"account": account, "seq": seq}).all()
    if not rows:
        raise NotSignedIn(OPEN_AGAIN)
    return rows[0][0], _as_json(_Row(*row[1:]) for row in rows if row[1] is not None)


def next_read(database: Database, conversation_id: int, seq: int) -> Messages:
    """Messages after `seq`, for a page whose token has been checked."""
    with database.reading() as connection:
        asked = {"conversation_id": conversation_id, "seq": seq}
        rows = connection.execute(_OF_CONVERSATION, asked).all()
    return _as_json(_Row(*row) for row in rows)


def _as_json(rows: Iterable[_Row]) -> Messages:
    return [
        {
            "seq": row.seq,
            "from": row.source,
            "text": row.text,
            "buttons": [
                {"title": button["title"], "payload": button_payload(row.outbox_id, index)}
                for index, button in enumerate(row.buttons)
            ],
            "case_no": row.case_no,
            "at": row.sent_at.isoformat(),
        }
        for row in rows
    ]
