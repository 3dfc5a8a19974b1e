"""Appeals that arrive without a chat: entered by staff, or sent by another system.

They are registered like any other. These residents cannot be reached by message, so notifications
of their cases are held, and staff see that they must pass them on.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from backend.cases.appeals import Appeal
from backend.cases.queries import by_key
from backend.cases.registration import register
from backend.conversations.service import conversation_for
from backend.models.cases import Case
from backend.models.conversations import Conversation
from backend.residents.service import account_for


@dataclass(frozen=True)
class Person:
    """The resident of an arrival. `key` identifies them within `channel`: see `person_key`."""

    channel: str  # phone, window, letter, or the code of a source
    key: str
    name: str | None = None
    phone: str | None = None


def person(channel: str, *, phone: str | None, name: str | None, appeal_key: str) -> Person:
    return Person(channel, person_key(phone, appeal_key), name, phone)


def person_key(phone: str | None, appeal_key: str) -> str:
    """The same phone number means the same person; without a number each appeal has its own."""
    return f"tel:{phone}" if phone else f"appeal:{appeal_key}"


def register_arrival(
    session: Session, resident: Person, appeal: Appeal, *, key: str, now: datetime
) -> Case:
    """Register the appeal; the same `key` returns the same case."""
    return by_key(session, key) or register(
        session, _conversation(session, resident, now), appeal, key=key, now=now
    )


def _conversation(session: Session, resident: Person, now: datetime) -> Conversation:
    account = account_for(session, resident.channel, resident.key, scene=None, now=now)
    account.blocked_at = account.blocked_at or now  # no message reaches them
    account.resident.phone = resident.phone or account.resident.phone
    account.resident.name = resident.name or account.resident.name
    return conversation_for(session, account, now=now)
