"""Stores an update in the inbox; Telegram gets its 200 only after the commit."""

from backend.clock import now
from backend.database import Database
from backend.messaging import held_messages, inbox
from backend.residents.service import account_for
from bot.channels.telegram.updates import CHANNEL, Arrival


def keep(database: Database, arrival: Arrival) -> None:
    """Store the update in one transaction; a repeated update changes nothing."""
    if arrival.message:
        with database.begin() as session:
            inbox.receive(session, arrival.message, now=now())
    elif arrival.blocked:
        with database.begin() as session:
            account = account_for(session, CHANNEL, arrival.blocked, scene=None, now=now())
            held_messages.hold_all(session, account, now=now())
