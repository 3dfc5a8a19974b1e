"""The privacy notice: shown at first contact, and again when it has changed."""

from datetime import datetime

from backend.models.residents import ChannelAccount
from backend.texts.privacy import CHANGED, NOTICE, VERSION
from backend.vocabulary.texts import Text


def due(account: ChannelAccount) -> Text | None:
    """The notice that the account has not seen yet."""
    if account.notice_version == VERSION:
        return None
    return CHANGED if account.notice_version else NOTICE


def note_shown(account: ChannelAccount, *, now: datetime) -> None:
    account.notice_version, account.notice_at = VERSION, now
