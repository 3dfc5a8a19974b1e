from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from backend.conversations.models import Conversation
from backend.messaging.models import InboxMessage
from backend.residents.models import Resident
from dialogue.aside import Aside


@dataclass
class Moment:
    """One message, and what stood before it; `after` is what will stand."""

    session: Session
    message: InboxMessage
    now: datetime
    before: Aside
    after: Aside
    first: str | None = None  # told before anything else

    @property
    def conversation(self) -> Conversation:
        return self.message.conversation

    @property
    def resident(self) -> Resident:
        return self.conversation.account.resident
