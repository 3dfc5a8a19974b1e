"""The privacy notice in the first answer of a chat, and once more when it has changed."""

from collections.abc import Sequence
from datetime import datetime

from backend.messaging.outbox import WEB
from backend.models.residents import ChannelAccount
from backend.privacy import notices
from bot.turns.replies import Outgoing


def add_notice(account: ChannelAccount, messages: Sequence[Outgoing], *, now: datetime) -> None:
    """Behind the answer, or before a question, whose choices stay beside it.

    The page of the web chat shows the notice itself.
    """
    text = notices.due(account) if messages and account.channel != WEB else None
    if text is None:
        return
    message = messages[-1]
    asks = message.buttons and message.text.plain.endswith("？")
    message.parts.insert(0 if asks else len(message.parts), text)
    notices.note_shown(account, now=now)
