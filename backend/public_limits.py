"""Limits at the public doors: tries at a subject from one address, of an address, of a subject."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, func, select
from sqlalchemy.orm import Session

from backend.errors import TooManyWaiting
from backend.models.case_codes import PublicTry
from backend.staff.sign_in import network
from backend.texts.public import TOO_MANY_TRIES

WINDOW = timedelta(minutes=15)
MOST_TRIES = 10  # at a subject, from one address
MOST_OF_ADDRESS = 60  # a library or a mobile network may share one
MOST_OF_SUBJECT = 60


def count_try(session: Session, subject: str, address: str, *, now: datetime) -> None:
    """Record a try. Raises TooManyWaiting instead when there were too many."""
    address = network(address)
    of_subject = PublicTry.subject_hash == digest(subject)
    from_here = PublicTry.address == address
    here, of_address, everywhere, first = session.execute(
        select(
            func.count().filter(and_(of_subject, from_here)),
            func.count().filter(from_here),
            func.count().filter(of_subject),
            func.min(PublicTry.at),
        ).where(PublicTry.at > now - WINDOW, of_subject | from_here)
    ).one()
    if here >= MOST_TRIES or of_address >= MOST_OF_ADDRESS or everywhere >= MOST_OF_SUBJECT:
        wait = first + WINDOW - now
        minutes = -(-wait // timedelta(minutes=1))
        message = TOO_MANY_TRIES.format(minutes=str(minutes)).plain
        raise TooManyWaiting(message, retry_after=int(wait.total_seconds()) + 1)
    session.add(PublicTry(subject_hash=digest(subject), address=address, at=now))


def forget_tries(session: Session, subject: str, address: str) -> None:
    """The address may be right as often as it likes."""
    session.execute(
        delete(PublicTry).where(
            PublicTry.subject_hash == digest(subject), PublicTry.address == network(address)
        )
    )


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
