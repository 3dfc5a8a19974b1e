"""An update is committed before Telegram is told that we have it."""

from backend.clock import now
from backend.database import Database
from backend.messaging import held_messages, inbox
from backend.residents.service import account_for
from bot.channels.telegram.updates import CHANNEL, Arrival


def keep(database: Database, arrival: Arrival) -> None:
    """One transaction; the same update may come again, and is kept once."""
    if arrival.message:
        with database.begin() as session:
            inbox.receive(session, arrival.message, now=now())
    elif arrival.blocked:
        with database.begin() as session:
            account = account_for(session, CHANNEL, arrival.blocked, scene=None, now=now())
            held_messages.hold_all(session, account, now=now())
