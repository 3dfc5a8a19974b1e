"""Appeals that come without a chat: keyed in by staff, or sent by another system.

They take the same way as every other. We cannot write to these residents, so what the steps of
their case have to tell them is held, and staff see that it is theirs to tell.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from backend.cases.queries import by_key
from backend.cases.registration import register
from backend.cases.stepping import Appeal
from backend.conversations.service import conversation_for
from backend.models.cases import Case
from backend.models.conversations import Conversation
from backend.residents.service import account_for


@dataclass(frozen=True)
class Person:
    """Who appeals. `key` is theirs within `channel`; without a phone, it is of one appeal alone."""

    channel: str  # phone, window, letter, or the code of a source
    key: str
    name: str | None = None
    phone: str | None = None


def person(channel: str, *, phone: str | None, name: str | None, appeal_key: str) -> Person:
    return Person(channel, person_key(phone, appeal_key), name, phone)


def person_key(phone: str | None, appeal_key: str) -> str:
    """Who rings again from the same number is the same person; who leaves none is new."""
    return f"tel:{phone}" if phone else f"appeal:{appeal_key}"


def register_arrival(
    session: Session, who: Person, appeal: Appeal, *, key: str, now: datetime
) -> Case:
    """The case; asking again with the same `key` gives the same one."""
    return by_key(session, key) or register(
        session, _conversation(session, who, now), appeal, key=key, now=now
    )


def _conversation(session: Session, who: Person, now: datetime) -> Conversation:
    account = account_for(session, who.channel, who.key, scene=None, now=now)
    account.blocked_at = account.blocked_at or now  # nothing that we write reaches them
    account.resident.phone = who.phone or account.resident.phone
    account.resident.name = who.name or account.resident.name
    return conversation_for(session, account, now=now)
