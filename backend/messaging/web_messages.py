"""Messages of one web chat, as its page reads them: one statement a read."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, and_, bindparam, select

from backend.database import Database
from backend.messaging.chat_choice import WEB
from backend.models.conversations import Conversation
from backend.models.messages import OutboxMessage
from backend.models.residents import ChannelAccount


class WebMessage(NamedTuple):
    """One message to the resident; `buttons` as the outbox stores them."""

    seq: int
    source: str
    text: str
    buttons: list[dict[str, Any]]
    case_no: str | None
    sent_at: datetime
    outbox_id: int


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
    # A chat without new messages gives one row with NULL in the message's columns.
    .outerjoin(OutboxMessage, and_(OutboxMessage.conversation_id == Conversation.id, _IS_NEW))
    .where(ChannelAccount.channel == WEB, ChannelAccount.external_id == bindparam("account"))
    .order_by(OutboxMessage.seq)
)
_OF_CONVERSATION = (
    select(*_COLUMNS)
    .where(OutboxMessage.conversation_id == bindparam("conversation_id"), _IS_NEW)
    .order_by(OutboxMessage.seq)
)


def messages_of_account(
    database: Database, account: str, *, after: int
) -> tuple[int, list[WebMessage]] | None:
    """The id of the account's conversation and its messages after the place `after`.

    None when no web chat has this account.
    """
    with database.reading() as connection:
        rows = connection.execute(_OF_ACCOUNT, {"account": account, "seq": after}).all()
    if not rows:
        return None
    return rows[0][0], [WebMessage(*row[1:]) for row in rows if row[1] is not None]


def messages_of_conversation(
    database: Database, conversation_id: int, *, after: int
) -> list[WebMessage]:
    """The conversation's messages after the place `after`, in order."""
    parameters = {"conversation_id": conversation_id, "seq": after}
    with database.reading() as connection:
        rows = connection.execute(_OF_CONVERSATION, parameters).all()
    return [WebMessage(*row) for row in rows]
