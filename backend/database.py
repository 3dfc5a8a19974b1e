"""PostgreSQL: engine, transactions, and the wake-up channel."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cache
from typing import Any

import psycopg
from sqlalchemy import Connection, DateTime, Engine, MetaData, create_engine, text
from sqlalchemy.exc import DataError as Unstorable
from sqlalchemy.exc import DBAPIError as StatementFailed
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from backend.settings import settings

# Modules outside backend/ import these names from here and never import sqlalchemy.
__all__ = [
    "WAKE_CHANNEL",
    "Base",
    "Database",
    "Session",
    "StatementFailed",
    "Unavailable",
    "Unstorable",
    "WakeListener",
    "engine_for",
    "one_line",
    "sqlalchemy_url",
    "wake",
]

# The errors of a transaction:
#   StatementFailed   PostgreSQL or the driver refused a statement; includes both below
#     Unstorable      a value does not fit its column: a NUL in a text, a number out of range
#     OperationalError  PostgreSQL is not reachable, or ended the connection
#   NoFreeConnection  all connections of the pool stayed in use for 30 seconds
Unavailable = (OperationalError, NoFreeConnection)
"""Raised when no statement can run now; the same work may succeed later."""

log = logging.getLogger(__name__)

WAKE_CHANNEL = "minhu_wake"
LASTING_CONNECTIONS = 10  # the others are closed after use
RECONNECT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 1.0  # of a listener that could not be told to stop


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: DateTime(timezone=True)}  # noqa: RUF012


def sqlalchemy_url(url: str) -> str:
    """The URL with the driver prefix of psycopg 3, whichever prefix the operator wrote."""
    _, _, address = url.partition("://")
    return f"postgresql+psycopg://{address}"


@cache
def engine_for(url: str) -> Engine:
    most = settings().database_connections
    lasting = min(LASTING_CONNECTIONS, most)
    return create_engine(
        sqlalchemy_url(url),
        pool_size=lasting,
        max_overflow=most - lasting,
        pool_use_lifo=True,  # the connection used last has our prepared statements
        hide_parameters=True,  # a logged error must not quote a resident's text
        connect_args={"connect_timeout": 3},
    )


class Database:
    """Transactions on one PostgreSQL database. `begin()` commits once, at its end.

    All row locks use `key_share`: they exclude other writers, but not foreign key checks. With a
    stronger lock a step of a case and a push about the case would deadlock.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = engine_for(url)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        with self._sessions.begin() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for one SELECT, without the round trips of BEGIN and COMMIT."""
        with self.engine.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")

    def administer(self, *statements: str) -> None:
        """Run SQL that PostgreSQL refuses inside a transaction: VACUUM, ALTER SYSTEM."""
        with self.engine.connect() as connection:
            autocommit = connection.execution_options(isolation_level="AUTOCOMMIT")
            for statement in statements:
                autocommit.execute(text(statement))

    def is_reachable(self) -> bool:
        return self.problem() is None

    def problem(self) -> str | None:
        """Why no statement can run now, in one line; None when all is well."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except Exception as error:  # any failure means the same here: not reachable
            return one_line(error)
        return None


def one_line(error: Exception) -> str:
    """The driver's error message, without the statement and its values."""
    original = getattr(error, "orig", None) or error
    return " ".join(str(original).split()) or type(original).__name__


def wake(session: Session, topic: str) -> None:
    """Notify all processes of work on `topic`; delivered when the transaction commits."""
    session.execute(
        text("SELECT pg_notify(:channel, :topic)"), {"channel": WAKE_CHANNEL, "topic": topic}
    )


class WakeListener(threading.Thread):
    """Calls `on_wake(topic)` for each NOTIFY; after a reconnect it wakes all topics once."""

    def __init__(self, url: str, on_wake: Callable[[str], None]) -> None:
        super().__init__(name="wake-listener", daemon=True)
        _, _, address = url.partition("://")
        self._address = f"postgresql://{address}"
        self._on_wake = on_wake
        self._stopping = threading.Event()

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._listen()
            except psycopg.OperationalError:
                if not self._stopping.wait(RECONNECT_SECONDS):
                    log.warning("PostgreSQL is not reachable; trying again")

    def _listen(self) -> None:
        with self._connected() as connection:
            connection.execute(f"LISTEN {WAKE_CHANNEL}")
            self._on_wake("")  # all topics: notifications may have been missed
            while not self._stopping.is_set():
                for notice in connection.notifies(timeout=LONGEST_WAIT_SECONDS, stop_after=1):
                    self._on_wake(notice.payload)

    def stop(self) -> None:
        """Stop the thread at once; a notification of our own interrupts its wait."""
        self._stopping.set()
        with suppress(psycopg.OperationalError), self._connected() as connection:
            connection.execute(f"NOTIFY {WAKE_CHANNEL}")

    def _connected(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(self._address, autocommit=True, connect_timeout=3)
